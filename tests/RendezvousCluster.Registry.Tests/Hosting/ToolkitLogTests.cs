using System.Reflection;
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

    // As the toolkit makes it, which keeps the type to itself: under another name this would not be found.
    private static Exception EndOfConnection() => (Exception)Activator.CreateInstance(
        typeof(RemoteActorRefProvider).Assembly.GetType("Akka.Remote.EndpointDisassociatedException", throwOnError: true)!,
        BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic, binder: null, ["Disassociated"], culture: null)!;
}
