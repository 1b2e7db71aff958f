using System.Reflection;
using System.Text;
using Akka.Cluster.Sharding;
using Akka.Event;
using Akka.Remote;
using RendezvousCluster.Registry.Hosting;

namespace RendezvousCluster.Registry.Tests.Hosting;

public sealed class ToolkitWordsTests
{
    [Fact]
    public void The_end_of_a_connection_is_recognized() => Assert.Equal(
        ToolkitNews.EndOfConnection,
        Read(new Error(Thrown(ToolkitWords.EndOfConnection), "endpointWriter", typeof(object), "Disassociated")));

    [Fact]
    public void A_message_that_is_too_large_is_recognized() => Assert.Equal(
        ToolkitNews.Oversized, Read(new Error(Thrown(ToolkitWords.Oversized), "endpointWriter", typeof(object), "Transient error")));

    [Fact]
    public void All_other_errors_are_passed_on_and_so_are_lines_of_lower_levels()
    {
        Assert.Equal(
            ToolkitNews.Other,
            Read(new Error(new InvalidOperationException("Disassociated"), "entity", typeof(object), "Disassociated")));
        Assert.Equal(ToolkitNews.Other, Read(new Error(null, "entity", typeof(object), "Disassociated")));
        Assert.Equal(ToolkitNews.Other, Read(new Warning("remoting", typeof(object), "Disassociated")));
    }

    [Fact]
    public void A_region_that_waits_or_drops_requests_is_recognized()
    {
        Assert.Equal((ToolkitNews.Waiting, "namespace"), ToolkitWords.Read(Warn(
            "namespace: No coordinator found to register. Probably, no seed-nodes configured and manual cluster join not performed? Total "
            + "[3] buffered messages.")));
        Assert.Equal((ToolkitNews.Waiting, "ledger"), ToolkitWords.Read(Warn(
            "ledger: Trying to register to coordinator at [/system/sharding/ledgerCoordinator/singleton/coordinator], but no "
            + "acknowledgement. Total [1] buffered messages. [Coordinator [Member(address = akka.tcp://x@1.2.3.4:5)] is reachable.]")));
        Assert.Equal((ToolkitNews.Waiting, "directory"), ToolkitWords.Read(Warn(
            "directory: Requested shard homes [1, 2] from coordinator at [[akka://x/system/sharding/c]]. [4] total buffered messages.")));
        Assert.Equal((ToolkitNews.FullBuffer, "namespace"), ToolkitWords.Read(
            Warn("namespace: Buffer is full, dropping message for shard [7]")));
        Assert.Equal(ToolkitNews.Other, Read(new Error(null, "region", typeof(object), "namespace: No coordinator found to register. ")));
    }

    [Fact]
    public void A_late_sign_of_life_is_recognized() => Assert.Equal(ToolkitNews.LateHeartbeat, Read(Warn(
        "Cluster Node [akka.tcp://x@1.2.3.4:5] - Scheduled sending of heartbeat was delayed. Previous heartbeat was sent [5000] ms ago, "
        + "expected interval is [1000] ms.")));

    /// <summary>If it says something in other words one day, that would be back in the log in these, several times a second.</summary>
    [Fact]
    public void The_toolkit_says_in_these_words_what_is_recognized()
    {
        Assert.All([.. ToolkitWords.Waiting, ToolkitWords.FullBuffer], words => AssertSays(typeof(ClusterSharding), words));
        AssertSays(typeof(Akka.Cluster.Cluster), ToolkitWords.LateHeartbeat);
        Assert.NotNull(typeof(RemoteActorRefProvider).Assembly.GetType(ToolkitWords.EndOfConnection));
        Assert.NotNull(typeof(RemoteActorRefProvider).Assembly.GetType(ToolkitWords.Oversized));
    }

    private static void AssertSays(Type ofToolkit, string words)
    {
        byte[] assembly = File.ReadAllBytes(ofToolkit.Assembly.Location);
        Assert.True(
            Encoding.Unicode.GetString(assembly).Contains(words, StringComparison.Ordinal)
            || Encoding.Unicode.GetString(assembly.AsSpan(1)).Contains(words, StringComparison.Ordinal), words);
    }

    private static ToolkitNews Read(LogEvent said) => ToolkitWords.Read(said).News;

    private static Warning Warn(string text) => new("region", typeof(object), text);

    // As the toolkit makes it, which keeps the type to itself: under another name this would not be found.
    private static Exception Thrown(string type) => (Exception)Activator.CreateInstance(
        typeof(RemoteActorRefProvider).Assembly.GetType(type, throwOnError: true)!,
        BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic, binder: null, ["Disassociated"], culture: null)!;
}
