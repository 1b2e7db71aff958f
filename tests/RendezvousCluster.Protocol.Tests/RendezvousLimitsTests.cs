using System.Globalization;
using System.Reflection;

namespace RendezvousCluster.Protocol.Tests;

public sealed class RendezvousLimitsTests
{
    [Fact]
    public void Defaults_do_not_change_unnoticed()
    {
        string[] expected =
        [
            "DefaultTtlSeconds 7200", "MinTtlSeconds 7200", "MaxTtlSeconds 259200", "MaxRequestBytes 65536", "MaxResponseBytes 983040",
            "MaxInnerPageBytes 98304", "MaxEnvelopeBytes 4096", "MaxAddresses 1024", "MaxDiscoverLimit 1000",
            "MaxInnerQueriesPerDiscover 64",
            "MaxRequestsInFlightPerNode 2048", "MaxRequestsInFlightPerConnection 8", "MaxStreamsPerConnection 128",
            "MaxWorkUnitsPerProcessor 32", "MaxUnsentBytesPerConnection 524288", "UnsentTurnTimeout 00:00:00.0050000",
            "MaxQueuedCommandsPerRegistration 8", "RequestTimeout 00:00:05", "FrameTimeout 00:00:10", "ResponseWriteTimeout 00:00:10",
            "DiscoverAllNamespaces True", "AllowUnsignedRegistrations False", "IdentifyTimeout 00:00:01", "GrantedDefaultTtlSeconds 7200",
        ];
        IEnumerable<string> actual = typeof(RendezvousLimits).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Select(property =>
                string.Create(CultureInfo.InvariantCulture, $"{property.Name} {property.GetValue(new RendezvousLimits())}"));
        Assert.Equal(expected.Order(), actual.Order());
    }

    [Fact]
    public void Defaults_are_valid() => Assert.Empty(new RendezvousLimits().Validate());

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(259_200, true)]
    [InlineData(259_201, false)]
    public void Minimum_ttl_lies_between_a_second_and_the_maximum(uint minSeconds, bool valid) =>
        Assert.Equal(valid, new RendezvousLimits { MinTtlSeconds = minSeconds }.Validate().Count == 0);

    [Theory]
    [InlineData(60, 60, 60)]
    [InlineData(7_200, 60, 7_200)]
    [InlineData(7_200, 10_000, 10_000)]
    [InlineData(300_000, 60, 259_200)]
    public void Default_ttl_is_granted_within_the_range(uint defaultSeconds, uint minSeconds, uint expected)
    {
        var limits = new RendezvousLimits { DefaultTtlSeconds = defaultSeconds, MinTtlSeconds = minSeconds };
        Assert.Equal(expected, limits.GrantedDefaultTtlSeconds);
        Assert.Empty(limits.Validate());
    }

    [Fact]
    public void Each_limit_out_of_range_is_named()
    {
        var limits = new RendezvousLimits
        {
            DefaultTtlSeconds = 0, MaxRequestBytes = 0, MaxResponseBytes = 0, MaxInnerPageBytes = 0, MaxEnvelopeBytes = 4_097,
            MaxAddresses = 1_025,
            MaxDiscoverLimit = 1_001, MaxInnerQueriesPerDiscover = 0, MaxRequestsInFlightPerNode = 0, MaxRequestsInFlightPerConnection = 0,
            MaxStreamsPerConnection =
                0, MaxQueuedCommandsPerRegistration = -1, RequestTimeout = TimeSpan.Zero, FrameTimeout = TimeSpan.Zero,
            ResponseWriteTimeout = TimeSpan.Zero, IdentifyTimeout = TimeSpan.Zero, MaxWorkUnitsPerProcessor = 0,
            MaxUnsentBytesPerConnection = 0, UnsentTurnTimeout = TimeSpan.Zero,
        };
        Assert.Equal(19, limits.Validate().Count);
    }
}
