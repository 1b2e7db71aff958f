using System.CommandLine;
using RendezvousCluster.Benchmarks;
using RendezvousCluster.Benchmarks.Comparison;
using RendezvousCluster.Testing.Hostile;

var runs = new Option<int>(
    "--runs") { Description = "How often each value is measured; the median is reported.", DefaultValueFactory = _ => 3 };
var seconds = new Option<int>("--seconds") { Description = "How long each load runs.", DefaultValueFactory = _ => 5 };
var peers = new Option<int>("--peers") { Description = "Peers that work side by side.", DefaultValueFactory = _ => 128 };
var namespaces = new Option<int>("--namespaces") { Description = "Namespaces that the peers spread over.", DefaultValueFactory = _ => 1 };
var muxer = new Option<string>("--muxer") { Description = "The muxer of a flood.", DefaultValueFactory = _ => HostileFrames.Yamux };
var memory = new Option<bool>("--memory") { Description = "Keep registrations in memory instead of SQLite." };

Command Sub(string name, string description, Func<ParseResult, Task> action)
{
    var command = new Command(name, description) { runs, seconds, peers, namespaces, memory, muxer };
    command.SetAction((result, _) => action(result));
    return command;
}

var port = new Option<int>("--port") { Required = true };
var target = new Option<string>("--namespace") { Required = true };
var asking = new Option<int>("--asking") { Required = true };
var filled = new Option<int>("--filled") { Required = true };
var attack = new Command("attack", "The flood of the command above, in a process of its own.")
{
    port, target, asking, filled, peers, seconds, muxer,
};
attack.Hidden = true;
attack.SetAction((r, _) => FloodBenchmarks.AttackAsync(
    r.GetValue(port),
    new FloodShape(r.GetValue(muxer)!, r.GetValue(target)!, r.GetValue(peers), r.GetValue(asking), r.GetValue(filled)),
    r.GetValue(seconds)));

var points = new Option<string[]>("--point")
{
    Description = $"A point to measure, beside the first: {ComparedPoints.Usage}; repeat it for more.",
    DefaultValueFactory = _ => ["canvas", "ours", "ours-memory"],
};
var rounds = new Option<int>(
    "--rounds") { Description = "Rounds that are counted, behind one that warms up.", DefaultValueFactory = _ => 3 };
var inFlight = new Option<int>("--in-flight") { Description = "Requests on their way at a time.", DefaultValueFactory = _ => 64 };
var longStreams = new Option<bool>("--long-streams") { Description = "All requests of a peer go over one stream." };
var plot = new Option<string?>("--plot") { Description = "A file for a plot, as SVG." };
var compare = new Command("compare", "Points beside each other: processor time, latency and memory.")
{
    points, rounds, peers, namespaces, inFlight, longStreams, plot,
};
compare.SetAction((r, _) => ComparisonBenchmarks.RunAsync(
    r.GetValue(points)!,
    r.GetValue(rounds),
    new ComparisonShape(r.GetValue(peers), r.GetValue(namespaces), r.GetValue(inFlight), !r.GetValue(longStreams)),
    r.GetValue(plot)));

var registrations = new Option<int>("--registrations") { Description = "In all namespaces.", DefaultValueFactory = _ => 100_000 };
var fromEvents = new Option<bool>("--events") { Description = "The server has no snapshots." };
var folder = new Option<string?>("--server") { Description = "The folder of a published server, instead of the one that was built." };
var cold = new Command("cold", "Time to the first answer of namespaces that the process has not read yet, as after kill -9.")
{
    runs, registrations, namespaces, peers, fromEvents, folder,
};
cold.SetAction((r, _) => ColdBenchmarks.RunAsync(
    r.GetValue(runs),
    r.GetValue(registrations),
    r.GetValue(namespaces),
    r.GetValue(peers),
    r.GetValue(fromEvents),
    r.GetValue(folder)));

var root = new RootCommand("Measures a real server process over loopback, and its CPU time apart from the load's.")
{
    Sub("upgrades", "Full upgrades (TCP, Noise, Yamux) per second of one server core.", r =>
        WireBenchmarks.UpgradesAsync(r.GetValue(runs), r.GetValue(seconds))),
    Sub("register", "Durable REGISTER per second.", r =>
        WireBenchmarks.RegisterAsync(r.GetValue(runs), r.GetValue(seconds), r.GetValue(peers), r.GetValue(namespaces), r.GetValue(memory))),
    Sub("discover", "DISCOVER of 100 registrations per second.", r =>
        WireBenchmarks.DiscoverAsync(r.GetValue(runs), r.GetValue(seconds), r.GetValue(peers))),
    Sub("idle", "Server memory per idle connection.", r => MemoryBenchmarks.IdleConnectionsAsync(r.GetValue(peers))),
    Sub("unknown", "DISCOVER of namespaces that nobody knows, each asked once.", r =>
        WireBenchmarks.UnknownAsync(r.GetValue(runs), r.GetValue(seconds), r.GetValue(peers), r.GetValue(memory))),
    Sub("rest", "CPU, wake-ups and memory of a server that nobody asks for anything.", r =>
        RestBenchmarks.RunAsync(r.GetValue(seconds), r.GetValue(memory))),
    Sub("registrations", "Memory per registration in the core.", r => MemoryBenchmarks.RegistrationsAsync(r.GetValue(runs))),
    Sub("scale", "What a namespace of 100 000 costs, against one of 1 000.", r => ScaleBenchmarks.RunAsync(r.GetValue(runs))),
    Sub(
        "flood", "Server memory, and an honest peer's time, under connections that ask and never read.",
        r => FloodBenchmarks.RunAsync(r.GetValue(muxer)!, r.GetValue(peers), r.GetValue(seconds), r.GetValue(runs))),
    attack,
    cold,
    compare,
    Sub("start", "Time from the start of the process to its addresses.", r =>
        WireBenchmarks.StartAsync(r.GetValue(runs), r.GetValue(memory))),
};
return await root.Parse(args).InvokeAsync();
