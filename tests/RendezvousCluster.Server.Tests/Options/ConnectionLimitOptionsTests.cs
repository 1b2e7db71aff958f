using System.Reflection;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Protocol;
using RendezvousCluster.Server.Options;

namespace RendezvousCluster.Server.Tests.Options;

public sealed class ConnectionLimitOptionsTests
{
    private static readonly DescriptorBudget Plenty = new(Descriptors: null);

    public static TheoryData<string> Names => [.. typeof(ConnectionLimitOptions).GetProperties().Select(property => property.Name)];

    [Fact]
    public void The_defaults_are_those_of_the_host_and_valid()
    {
        var limits = new Libp2pLimits();
        var requestLimits = new RendezvousLimits();

        new ConnectionLimitOptions().ApplyTo(limits, Plenty);
        new ConnectionLimitOptions().ApplyTo(requestLimits);

        Assert.Empty(new ConnectionLimitOptions().Validate());
        var defaults = new Libp2pLimits();
        Assert.All(typeof(Libp2pLimits).GetProperties(), property => Assert.Equal(property.GetValue(defaults), property.GetValue(limits)));
        var requestDefaults = new RendezvousLimits();
        Assert.All(
            typeof(RendezvousLimits).GetProperties(),
            property => Assert.Equal(property.GetValue(requestDefaults), property.GetValue(requestLimits)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_setting_reaches_the_limit_of_its_name(string name)
    {
        var options = new ConnectionLimitOptions();
        PropertyInfo setting = typeof(ConnectionLimitOptions).GetProperty(name)!;
        object value = ValidFor(setting);
        setting.SetValue(options, value);
        var limits = new Libp2pLimits();
        var requestLimits = new RendezvousLimits();

        options.ApplyTo(limits, Plenty);
        options.ApplyTo(requestLimits);

        object? applied = typeof(Libp2pLimits).GetProperty(name) is { } ofConnections
            ? ofConnections.GetValue(limits)
            : typeof(RendezvousLimits).GetProperty(name)!.GetValue(requestLimits);
        Assert.Equal(value, applied);
        Assert.Empty(options.Validate());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_value_that_cannot_work_is_refused_with_its_name_and_range(string name)
    {
        var options = new ConnectionLimitOptions();
        PropertyInfo setting = typeof(ConnectionLimitOptions).GetProperty(name)!;
        foreach (object value in InvalidFor(setting))
        {
            setting.SetValue(options, value);
            Assert.Contains($"{name} is {value}; it must be from ", string.Join(' ', options.Validate()), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_first_byte_may_not_be_later_than_the_whole_handshake() => Assert.Contains(
        "FirstByteTimeout",
        Assert.Single(new ConnectionLimitOptions { FirstByteTimeout = TimeSpan.FromSeconds(11) }.Validate()),
        StringComparison.Ordinal);

    private static object ValidFor(PropertyInfo setting) => setting.Name switch
    {
        nameof(ConnectionLimitOptions.MaxHeldBytes) => 100_000_000L,
        nameof(ConnectionLimitOptions.MaxReceiveBytesPerConnection) => 300_000,
        nameof(ConnectionLimitOptions.MaxUnsentBytesPerConnection) => 300_000,
        _ => setting.PropertyType == typeof(TimeSpan) ? TimeSpan.FromSeconds(4) : 300,
    };

    private static object[] InvalidFor(PropertyInfo setting) => setting.Name switch
    {
        nameof(ConnectionLimitOptions.MaxHeldBytes) => [0L, -1L, long.MaxValue],
        nameof(ConnectionLimitOptions.MaxReceiveBytesPerConnection) or nameof(ConnectionLimitOptions.MaxUnsentBytesPerConnection) =>
            [0, -1, int.MaxValue],
        _ => setting.PropertyType == typeof(TimeSpan) ? [TimeSpan.Zero, TimeSpan.FromDays(1)] : [0, -1, 2_000_000],
    };
}
