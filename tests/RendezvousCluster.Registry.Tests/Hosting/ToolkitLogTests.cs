using System.Reflection;
using System.Text;
using Akka.Cluster.Sharding;
using Akka.Event;
using Akka.Remote;
using RendezvousCluster.Registry.Hosting;

namespace RendezvousCluster.Registry.Tests.Hosting;

public sealed class ToolkitLogTests
{
    [Fact]
    public void The_end_of_a_connection_is_not_an_error() =>
        Assert.False(ToolkitLog.IsLogged(new Error(EndOfConnection(), "endpointWriter", typeof(object), "Disassociated")));

    [Fact]
    public void All_other_errors_are_logged_and_so_are_lines_of_lower_levels()
    {
        Assert.True(
            ToolkitLog.IsLogged(new Error(new InvalidOperationException("Disassociated"), "entity", typeof(object), "Disassociated")));
        Assert.True(ToolkitLog.IsLogged(new Error(null, "entity", typeof(object), "Disassociated")));
        Assert.True(ToolkitLog.IsLogged(new Warning("remoting", typeof(object), "Disassociated")));
    }

    [Fact]
    public void A_region_that_knows_no_coordinator_is_recognized_and_nothing_else_is()
    {
        Assert.Equal("namespace", ToolkitLog.WhoWaits(Warn(
            "namespace: No coordinator found to register. Probably, no seed-nodes configured and manual cluster join not performed? Total "
            + "[3] buffered messages.")));
        Assert.Equal("ledger", ToolkitLog.WhoWaits(Warn(
            "ledger: Trying to register to coordinator at [/system/sharding/ledgerCoordinator/singleton/coordinator], but no "
            + "acknowledgement. Total [1] buffered messages. [Coordinator [Member(address = akka.tcp://x@1.2.3.4:5)] is reachable.]")));
        Assert.Equal("directory", ToolkitLog.WhoWaits(Warn(
            "directory: Requested shard homes [1, 2] from coordinator at [[akka://x/system/sharding/c]]. [4] total buffered messages.")));
        Assert.Null(ToolkitLog.WhoWaits(Warn("namespace: Buffer is full, dropping message for entity [ns1-a]")));
        Assert.Null(ToolkitLog.WhoWaits(new Error(null, "region", typeof(object), "namespace: No coordinator found to register. ")));
    }

    /// <summary>If it says it in other words one day, it would be back in the log several times a second.</summary>
    [Fact]
    public void The_toolkit_says_in_these_words_that_a_region_knows_no_coordinator()
    {
        string toolkit = Encoding.Unicode.GetString(File.ReadAllBytes(typeof(ClusterSharding).Assembly.Location));
        string shifted = Encoding.Unicode.GetString(File.ReadAllBytes(typeof(ClusterSharding).Assembly.Location).AsSpan(1));

        Assert.All(ToolkitLog.WordsOfWaiting, words => Assert.True(
            toolkit.Contains(words, StringComparison.Ordinal) || shifted.Contains(words, StringComparison.Ordinal), words));
    }

    private static Warning Warn(string text) => new("region", typeof(object), text);

    // As the toolkit makes it, which keeps the type to itself: under another name this would not be found.
    private static Exception EndOfConnection() => (Exception)Activator.CreateInstance(
        typeof(RemoteActorRefProvider).Assembly.GetType("Akka.Remote.EndpointDisassociatedException", throwOnError: true)!,
        BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic, binder: null, ["Disassociated"], culture: null)!;
}
