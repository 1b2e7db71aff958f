using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using RendezvousCluster.Registry.Membership;

namespace RendezvousCluster.Registry.Certificates;

/// <summary>
/// The certificates by which nodes know one another, as they stand in their files now. The files are looked at every
/// <see cref="Interval"/>; when their content is another one, handshakes from then on use it. By content and not by time or by notices of
/// the file system: secrets are mounted through links that are switched, and over networks that announce nothing.
/// </summary>
/// <remarks>
/// What cannot be used changes nothing: the old ones stay in use, and the log says so once for each content. But not at first sight: an
/// operator who writes three files one after the other is seen in between, and is given until the next look.
/// </remarks>
internal sealed partial class ClusterCredentials : IDisposable
{
    /// <summary>How soon new files are in use. Three small files are read for it.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>
    /// From this on the log says once a day that certificates end: two weeks are enough for what a week of absence delays.
    /// </summary>
    internal static readonly TimeSpan Warning = TimeSpan.FromDays(14);

    private static readonly TimeSpan WarningInterval = TimeSpan.FromDays(1);

    private readonly ClusterCertificateFiles _files;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly ITimer _timer;
    private volatile ClusterCertificates _current;
    private byte[] _usedFingerprint;
    private string? _suspect;
    private string? _told;
    private DateTimeOffset _warnedAt = DateTimeOffset.MinValue;

    /// <param name="files">Where they are.</param>
    /// <param name="time">For the looks, and for what is valid.</param>
    /// <param name="logger">Where the operator reads of changes.</param>
    /// <exception cref="RegistryStartException">They cannot be used.</exception>
    public ClusterCredentials(ClusterCertificateFiles files, TimeProvider time, ILogger logger)
    {
        (_files, _time, _logger) = (files, time, logger);
        var texts = CertificateTexts.Read(files);
        _current = ClusterCertificates.From(texts, files, time.GetUtcNow());
        _usedFingerprint = texts.Fingerprint();
        WarnOfTheEnd();
        _timer = time.CreateTimer(_ => Look(), null, Interval, Interval);
    }

    /// <summary>Called after others are in use, on the thread that has found them.</summary>
    public event Action? Changed;

    /// <summary>Those in use.</summary>
    public ClusterCertificates Current => _current;

    /// <summary>Until the first of them ends; negative after it.</summary>
    public TimeSpan Left => _current.ValidUntil - _time.GetUtcNow();

    /// <summary>Until this node's own ends, and until the first ends of those that vouch for it; negative after it.</summary>
    public (TimeSpan Node, TimeSpan Authority) LeftOfEach =>
        (_current.NodeUntil - _time.GetUtcNow(), _current.AuthorityUntil - _time.GetUtcNow());

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        if (!_lock.TryEnter())
        {
            return; // the look before takes its time: a disk that hangs
        }

        try
        {
            if (TryTake())
            {
                Changed?.Invoke();
            }

            WarnOfTheEnd();
        }
        finally
        {
            _lock.Exit();
        }
    }

    private bool TryTake()
    {
        try
        {
            var texts = CertificateTexts.Read(_files);
            byte[] fingerprint = texts.Fingerprint();
            if (fingerprint.AsSpan().SequenceEqual(_usedFingerprint))
            {
                _suspect = _told = null; // put back
                return false;
            }

            _current = ClusterCertificates.From(texts, _files, _time.GetUtcNow());
            _usedFingerprint = fingerprint;
            _suspect = _told = null;
            LogTaken(_logger, _files.Certificate, _current.ValidUntil);
            return true;
        }
        catch (Exception exception) when (exception is RegistryStartException or CryptographicException)
        {
            Tell(exception);
            return false;
        }
    }

    private void Tell(Exception exception)
    {
        if (_suspect == exception.Message && _told != exception.Message)
        {
            _told = exception.Message;
            LogKept(_logger, exception.Message);
        }

        _suspect = exception.Message;
    }

    private void WarnOfTheEnd()
    {
        DateTimeOffset now = _time.GetUtcNow();
        if (Left < Warning && now - _warnedAt >= WarningInterval)
        {
            _warnedAt = now;
            LogEnding(_logger, _files.Certificate, _current.ValidUntil);
        }
    }

    [LoggerMessage(
        2190,
        LogLevel.Information,
        "The cluster's certificates were read again: '{Certificate}' and its authority are valid until {Until:u}")]
    private static partial void LogTaken(ILogger logger, string certificate, DateTimeOffset until);

    [LoggerMessage(
        2191, LogLevel.Warning, "The cluster's certificates have changed and cannot be used; those read before stay in use: {Reason}")]
    private static partial void LogKept(ILogger logger, string reason);

    [LoggerMessage(
        2192,
        LogLevel.Warning,
        "The cluster's certificate '{Certificate}' or its authority is valid until {Until:u}; without it no other node is reached then")]
    private static partial void LogEnding(ILogger logger, string certificate, DateTimeOffset until);
}
