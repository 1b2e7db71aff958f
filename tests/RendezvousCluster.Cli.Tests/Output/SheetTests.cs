using System.Runtime.CompilerServices;
using RendezvousCluster.Cli.CommandLine;
using RendezvousCluster.Cli.Load;
using RendezvousCluster.Cli.Output;
using RendezvousCluster.Client;
using RendezvousCluster.Client.Discovery;
using RendezvousCluster.Client.Points;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Records;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Cli.Tests.Output;

/// <summary>
/// What the tables look like at each width stands in files beside this one. After a wanted change, run with <c>UPDATE_EXPECTED=1</c>, look
/// at the files, and commit them.
/// </summary>
public sealed class SheetTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<int> Widths => new(60, 80, 120, 200);

    [Theory]
    [MemberData(nameof(Widths))]
    public void Peers_fit_a_screen(int width) => AssertFits("discover", DiscoverCommand.SheetOf(Peers(), Now), width);

    [Theory]
    [MemberData(nameof(Widths))]
    public void Results_of_load_fit_a_screen(int width) => AssertFits("load", LoadCommand.SheetOf(Results()), width);

    [Theory]
    [MemberData(nameof(Widths))]
    public void The_text_of_a_stranger_breaks_no_table(int width)
    {
        var sheet = new Sheet("Peer", "Namespace", "Expires in", "Addresses");
        string long255 = string.Concat(Enumerable.Repeat("wide ", 51));
        sheet.Add([Id(1)], [long255], ["1 h 58 min"], ["/ip4/198.51.100.7/tcp/4001"]);
        sheet.Add([Id(2)], ["evil\u001b]0;title\u0007\u001b[31m\nFAKE ROW\u202e"], ["2 s"], ["[red]/ip4[/]", "漢字かな交じり"]);

        AssertFits("hostile", sheet, width);
    }

    [Fact]
    public void Without_a_screen_a_row_of_any_length_is_one_line()
    {
        string discover = Render(DiscoverCommand.SheetOf(Peers(), Now), width: null);
        Compare("discover.pipe", discover);
        Assert.Equal(1 + Peers().Length, discover.Split('\n').Length);
        Compare("load.pipe", Render(LoadCommand.SheetOf(Results()), width: null));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(59)]
    public void A_screen_that_is_too_narrow_still_gets_all_letters(int width)
    {
        string written = Render(DiscoverCommand.SheetOf(Peers(), Now), width);

        Assert.All(
            written.Split('\n'), line => Assert.InRange(line.Length, 0, Math.Max(width, Math.Max(Report.NarrowestWidth, Id(0).Length))));
        string letters = string.Concat(written.Where(letter => !char.IsWhiteSpace(letter)));
        Assert.All(Peers().SelectMany(peer => peer.Addresses), address => Assert.Contains(address.ToString(), letters));
    }

    private static void AssertFits(string name, Sheet sheet, int width)
    {
        string written = Render(sheet, width);

        Assert.All(written.Split('\n'), line => Assert.InRange(Columns(line), 0, width));
        Assert.DoesNotContain(written, character => char.IsControl(character) && character != '\n');
        Compare($"{name}.{width}", written);
    }

    // Signs of Chinese and Japanese take two columns.
    private static int Columns(string line) => line.Sum(character => character > '\u2e80' ? 2 : 1);

    private static string Render(Sheet sheet, int? width)
    {
        using var output = new StringWriter();
        new Report(output, isJson: false, width).Table(sheet);
        string text = output.ToString().ReplaceLineEndings("\n").TrimEnd('\n');
        return SomePeers.Select((peer, index) => (peer, index))
            .Aggregate(text, (written, found) => written.Replace(found.peer.Id.ToString(), Id(found.index)));
    }

    private static readonly TestPeer[] SomePeers = [new(), new()];

    // Keys are made anew in each run.
    private static string Id(int index) => "12D3KooW" + new string((char)('A' + index), 44);

    private static DiscoveredPeer[] Peers() =>
    [
        Peer(
            SomePeers[0], "chat", "/ip4/198.51.100.7/tcp/4001",
            "/ip6/2001:db8:1234:5678:9abc:def0:1234:5678/udp/4001/quic-v1/webtransport"),
        Peer(SomePeers[1], "workers/eu", $"/ip4/203.0.113.7/tcp/4001/p2p/12D3KooWK44YRHapUjAriSzNbs5iMo68K9doZ2X4DCuX5sHk7DJM/p2p-circuit"),
    ];

    private static DiscoveredPeer Peer(TestPeer peer, string ns, params string[] addresses)
    {
        SignedPeerRecord.TryOpen(peer.Record(1, RecordFlavour.Standard, addresses), out SignedPeerRecord? record);
        RendezvousPoint point = RendezvousPoint.ParseAll([$"/ip4/198.51.100.1/tcp/8000/p2p/{peer.Id}"])[0];
        return new DiscoveredPeer(ns, record!, [.. addresses.Select(Multiaddr.Parse)], Now.AddMinutes(118), point);
    }

    private static LoadResult[] Results() =>
    [
        .. Enum.GetValues<LoadPhase>().Select(phase => new LoadResult(
            phase,
            1_234_567,
            phase == LoadPhase.Walk ? 12 : 0,
            null,
            phase >= LoadPhase.Discover ? 123_456_700 : 0,
            TimeSpan.FromSeconds(10),
            TimeSpan.FromMilliseconds(1.234),
            TimeSpan.FromMilliseconds(12.34),
            TimeSpan.FromSeconds(60),
            new ProcessCost(TimeSpan.FromSeconds(123), 351 * 1024 * 1024))),
    ];

    private static void Compare(string name, string actual, [CallerFilePath] string callerPath = "")
    {
        string path = Path.Combine(Path.GetDirectoryName(callerPath)!, "Expected", $"{name}.txt");
        if (Environment.GetEnvironmentVariable("UPDATE_EXPECTED") is { Length: > 0 })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual + "\n");
        }

        Assert.Equal(File.ReadAllText(path), actual + "\n");
    }
}
