
namespace RendezvousCluster.Libp2p.Protocols.Identify;

/// <summary>What is known of a connection's peer through identify, for the life of the connection.</summary>
public sealed class IdentifyState
{
    private readonly Lock _lock = new();
    private IdentifyInfo? _info;
    private long? _lastPushTimestamp;

    /// <summary>The last that the peer said, or null while it has not been asked and has not pushed.</summary>
    public IdentifyInfo? Info
    {
        get => Volatile.Read(ref _info);
        internal set => Volatile.Write(ref _info, value);
    }

    /// <summary>The state of a connection.</summary>
    public static IdentifyState Of(IPeerConnection connection) => connection.GetOrAddState(static () => new IdentifyState());

    /// <summary>Whether a push may be taken now; if so it counts.</summary>
    internal bool TryBeginPush(TimeProvider timeProvider, TimeSpan interval)
    {
        lock (_lock)
        {
            long now = timeProvider.GetTimestamp();
            if (_lastPushTimestamp is { } last && timeProvider.GetElapsedTime(last, now) < interval)
            {
                return false;
            }

            _lastPushTimestamp = now;
            return true;
        }
    }
}
