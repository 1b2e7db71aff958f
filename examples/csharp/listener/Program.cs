// Registers itself at one or several rendezvous points, and stays until Ctrl-C or SIGTERM, so that others can find it and dial it.
//
//   dotnet run --project examples/csharp/listener -- <a point's multiaddr>...
using System.Runtime.InteropServices;
using RendezvousCluster.Client;
using RendezvousCluster.Client.Errors;
using RendezvousCluster.Client.Registrations;
using RendezvousCluster.Libp2p;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Multiformats;

const string Namespace = "example-namespace";

if (args.Length == 0)
{
    Console.Error.WriteLine("usage: listener <a point's multiaddr, which ends in /p2p/ and its peer id>...");
    return 2;
}

var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

// A node that other machines dial listens on /ip4/0.0.0.0/tcp/<port>.
await using var host = new Libp2pHost(new Libp2pOptions { ListenAddresses = { Multiaddr.Parse("/ip4/127.0.0.1/tcp/0") } }, []);
await host.StartAsync();
Console.WriteLine($"Node started with id {host.PeerId}");

try
{
    await using var client = new RendezvousClient(host, new RendezvousClientOptions { Points = [.. args] });

    // It is refreshed in time, and again and again, until it is disposed; that unregisters.
    await using RegistrationHandle registration = await client.RegisterAsync(Namespace);
    Console.WriteLine($"Registered to: {registration.Namespace}");
    await stopped.Task;
}
catch (Exception exception) when (exception is RendezvousException or ArgumentException)
{
    Console.Error.WriteLine($"Not registered: {exception.Message}");
    return 1;
}

return 0;

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true; // the end of the program is the end of this file
    stopped.TrySetResult();
}
