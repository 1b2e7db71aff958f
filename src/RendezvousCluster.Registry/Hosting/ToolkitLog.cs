using Akka.Actor;
using Akka.Event;
using Akka.Hosting.Logging;

namespace RendezvousCluster.Registry.Hosting;

/// <summary>
/// What the toolkit says goes into the host's log, except that a connection between nodes has ended: it tells that as an error with its
/// stack, also when a node has left in order. This program logs in its own words which node has left, ended or fallen silent.
/// </summary>
internal sealed class ToolkitLog : LoggerFactoryLogger
{
    // The type is the toolkit's own.
    private const string EndOfConnection = "Akka.Remote.EndpointDisassociatedException";

    /// <summary>Whether it is passed on.</summary>
    internal static bool IsLogged(LogEvent said) => said is not Error { Cause: { } cause } || cause.GetType().FullName != EndOfConnection;

    /// <inheritdoc/>
    protected override void Log(LogEvent log, ActorPath path)
    {
        if (IsLogged(log))
        {
            base.Log(log, path);
        }
    }
}
