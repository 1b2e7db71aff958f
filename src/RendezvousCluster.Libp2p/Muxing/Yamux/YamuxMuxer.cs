using System.IO.Pipelines;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RendezvousCluster.Libp2p.Limits;

namespace RendezvousCluster.Libp2p.Muxing.Yamux;

/// <summary>Yamux as libp2p uses it: flow control per stream, keep-alive, an orderly goodbye. The muxer to prefer.</summary>
public sealed class YamuxMuxer : IStreamMuxer
{
    /// <summary>Its protocol id.</summary>
    public const string Id = "/yamux/1.0.0";

    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;

    /// <summary>Creates the muxer; one serves any number of connections.</summary>
    /// <param name="timeProvider">Drives keep-alive, write timeout and rate limits.</param>
    /// <param name="loggerFactory">Where connections report how they end; null logs nothing.</param>
    public YamuxMuxer(TimeProvider timeProvider, ILoggerFactory? loggerFactory = null)
    {
        _timeProvider = timeProvider;
        _logger = (ILogger?)loggerFactory?.CreateLogger<YamuxMuxer>() ?? NullLogger.Instance;
    }

    /// <inheritdoc/>
    public string ProtocolId => Id;

    /// <inheritdoc/>
    public IMuxedConnection Start(IDuplexPipe transport, bool isDialer, Libp2pLimits limits, ByteAccount? account = null)
    {
        var connection = new YamuxConnection(transport, isDialer, limits, _timeProvider, _logger, account);
        connection.Start();
        return connection;
    }
}
