using System.IO.Pipelines;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RendezvousCluster.Libp2p.Limits;

namespace RendezvousCluster.Libp2p.Muxing.Mplex;

/// <summary>Mplex, deprecated and without flow control: spoken only because peers of old (libp2p 0.30) know nothing else.</summary>
public sealed class MplexMuxer : IStreamMuxer
{
    /// <summary>Its protocol id.</summary>
    public const string Id = "/mplex/6.7.0";

    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;

    /// <summary>Creates the muxer; one serves any number of connections.</summary>
    /// <param name="timeProvider">Drives the stall and write timeouts, the pacing of opens and rate limits.</param>
    /// <param name="loggerFactory">Where connections report how they end; null logs nothing.</param>
    public MplexMuxer(TimeProvider timeProvider, ILoggerFactory? loggerFactory = null)
    {
        _timeProvider = timeProvider;
        _logger = (ILogger?)loggerFactory?.CreateLogger<MplexMuxer>() ?? NullLogger.Instance;
    }

    /// <inheritdoc/>
    public string ProtocolId => Id;

    /// <inheritdoc/>
    public IMuxedConnection Start(IDuplexPipe transport, bool isDialer, Libp2pLimits limits, ByteAccount? account = null)
    {
        var connection = new MplexConnection(transport, isDialer, limits, _timeProvider, _logger, account);
        connection.Start();
        return connection;
    }
}
