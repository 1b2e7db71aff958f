using System.Runtime.Versioning;
using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Registry.Certificates;
using RendezvousCluster.Registry.Links;
using RendezvousCluster.Registry.Tests.Links;
using RendezvousCluster.Testing.Certificates;
using RendezvousCluster.Testing.Logs;
using RendezvousCluster.Testing.Metrics;

namespace RendezvousCluster.Registry.Tests.Certificates;

[UnsupportedOSPlatform("windows")]
public sealed class ClusterCredentialsTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TestAuthority _authority = new();
    private readonly CertificateFolder _folder = new();
    private readonly FakeTimeProvider _time = new(Now);
    private readonly LogLines<ClusterCredentials> _log = new();
    private int _changes;

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void New_files_are_in_use_within_the_interval()
    {
        using ClusterCredentials credentials = Start(Now.AddDays(60));
        ClusterCertificates first = credentials.Current;

        _folder.Write(_authority.Issue(until: Now.AddDays(400)), _authority);
        Look();

        Assert.NotSame(first, credentials.Current);
        Assert.Equal(Now.AddDays(400), credentials.Current.ValidUntil);
        Assert.Equal(1, _changes);
        Assert.Contains("were read again", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_are_written_again_as_they_were_change_nothing()
    {
        using ClusterCredentials credentials = Start(Now.AddDays(60));
        ClusterCertificates first = credentials.Current;

        File.WriteAllText(_folder.Files.Certificate, File.ReadAllText(_folder.Files.Certificate));
        Look();

        Assert.Same(first, credentials.Current);
        Assert.Equal(0, _changes);
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("foreign")]
    [InlineData("expired")]
    [InlineData("open")]
    [InlineData("gone")]
    [InlineData("huge")]
    public void Unusable_certificates_leave_the_old_ones_in_use_and_are_logged_once(string fault)
    {
        using var foreign = new TestAuthority();
        using ClusterCredentials credentials = Start(Now.AddDays(60));
        ClusterCertificates first = credentials.Current;

        Spoil(fault, foreign);
        Look();
        Assert.Empty(_log.Lines); // it may be in the middle of being written
        Look();
        Look();
        Look();

        Assert.Same(first, credentials.Current);
        Assert.Contains("those read before stay in use", Assert.Single(_log.Lines), StringComparison.Ordinal);
        Assert.DoesNotContain(_log.Lines, line => line.Contains('\n', StringComparison.Ordinal));

        _folder.Write(_authority.Issue(until: Now.AddDays(90)), _authority);
        Look();
        Assert.Equal(Now.AddDays(90), credentials.Current.ValidUntil);
    }

    [Fact]
    public void Files_written_one_after_the_other_cause_no_warning_in_between()
    {
        using ClusterCredentials credentials = Start(Now.AddDays(60));
        (string certificate, string key) = _authority.Issue(until: Now.AddDays(90));

        File.WriteAllText(_folder.Files.Certificate, File.ReadAllText(certificate));
        Look();
        File.Copy(key, _folder.Files.Key, overwrite: true);
        Look();

        Assert.Equal(Now.AddDays(90), credentials.Current.ValidUntil);
        Assert.Contains("were read again", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void An_authority_is_rolled_by_trusting_both_for_a_while()
    {
        using var next = new TestAuthority();
        using ClusterCredentials credentials = Start(Now.AddDays(60));

        _folder.Write(_authority.Issue(), _authority, next);
        Look();
        Assert.NotEqual(Now.AddDays(60), credentials.Current.ValidUntil);
        _folder.Write(next.Issue(until: Now.AddDays(70)), _authority, next);
        Look();
        Assert.Equal(Now.AddDays(70), credentials.Current.ValidUntil);
        _folder.Write(next.Issue(until: Now.AddDays(80)), next);
        Look();

        Assert.Equal(Now.AddDays(80), credentials.Current.ValidUntil);
        Assert.Equal(3, _changes);
    }

    [Fact]
    public void The_days_left_are_those_of_the_certificate_that_ends_first_and_its_end_is_logged_once_a_day()
    {
        using var brief = new TestAuthority(until: Now.AddDays(16));
        (string certificate, string key) = brief.Issue(until: Now.AddDays(15));
        _folder.Write((certificate, key), brief);
        using var credentials = new ClusterCredentials(_folder.Files, _time, _log);
        Assert.Equal(TimeSpan.FromDays(15), credentials.Left);
        Assert.Equal(TimeSpan.FromDays(15), credentials.LeftOfEach.Node);
        Assert.True(credentials.LeftOfEach.Authority > credentials.Left);
        using var meters = new TestMeters();
        var metrics = new LinkMetrics(meters);
        Assert.Null(meters.Observe($"{LinkMetrics.EachLeftName} certificate=node"));
        metrics.Watch(credentials);
        Assert.Equal(15, meters.Observe($"{LinkMetrics.EachLeftName} certificate=node"));
        Assert.Equal(16, Math.Round(meters.Observe($"{LinkMetrics.EachLeftName} certificate=authority")!.Value));
        Assert.Empty(_log.Lines);

        for (int hour = 0; hour < 72; hour++)
        {
            // Two looks an hour, not all of them: each reads three files.
            _time.AdjustTime(_time.GetUtcNow() + TimeSpan.FromHours(1) - (2 * ClusterCredentials.Interval));
            Look();
            Look();
        }

        Assert.InRange(_log.Lines.Count, 2, 3);
        Assert.Equal(TimeSpan.FromDays(12), credentials.Left);
        Assert.All(_log.Lines, line => Assert.Contains("valid until", line, StringComparison.Ordinal));
    }

    private ClusterCredentials Start(DateTimeOffset until)
    {
        _folder.Write(_authority.Issue(until), _authority);
        var credentials = new ClusterCredentials(_folder.Files, _time, _log);
        credentials.Changed += () => _changes++;
        return credentials;
    }

    private void Look() => _time.Advance(ClusterCredentials.Interval);

    private void Spoil(string fault, TestAuthority foreign)
    {
        switch (fault)
        {
            case "garbage":
                File.WriteAllText(_folder.Files.Certificate, "-----BEGIN CERTIFICATE-----\n");
                break;
            case "foreign":
                _folder.Write(foreign.Issue(), _authority);
                break;
            case "expired":
                _folder.Write(_authority.Issue(until: Now.AddDays(-1)), _authority);
                break;
            case "open":
                _folder.Write(_authority.Issue(), _authority);
                File.SetUnixFileMode(_folder.Files.Key, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
                break;
            case "gone":
                File.Delete(_folder.Files.Authority);
                break;
            default:
                File.WriteAllText(_folder.Files.Authority, new string('x', CertificateTexts.MaxFileBytes + 1));
                break;
        }
    }
}
