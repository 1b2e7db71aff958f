using RendezvousCluster.Libp2p.Protocols;

namespace RendezvousCluster.Libp2p.Hosting;

/// <summary>Which handler serves which protocol id. Immutable: an id that two handlers claim is an error at start.</summary>
internal sealed class StreamHandlerTable
{
    private readonly Dictionary<string, IStreamHandler> _handlers = [];

    /// <exception cref="ArgumentException">Two handlers claim the same id.</exception>
    public StreamHandlerTable(IEnumerable<IStreamHandler> handlers)
    {
        foreach (IStreamHandler handler in handlers)
        {
            foreach (string protocolId in handler.ProtocolIds)
            {
                if (!_handlers.TryAdd(protocolId, handler))
                {
                    throw new ArgumentException($"Two handlers serve {protocolId}.", nameof(handlers));
                }
            }
        }

        ProtocolIds = [.. _handlers.Keys.Order(StringComparer.Ordinal)];
    }

    /// <summary>Every id that is served, in ordinal order, as identify tells it.</summary>
    public IReadOnlyList<string> ProtocolIds { get; }

    public bool Contains(string protocolId) => _handlers.ContainsKey(protocolId);

    public IStreamHandler this[string protocolId] => _handlers[protocolId];
}
