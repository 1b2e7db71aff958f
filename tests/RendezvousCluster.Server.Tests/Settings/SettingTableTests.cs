using System.Reflection;
using RendezvousCluster.Core.Quotas;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Protocol;
using RendezvousCluster.Registry.Hosting;
using RendezvousCluster.Server.Options;
using RendezvousCluster.Server.Settings;

namespace RendezvousCluster.Server.Tests.Settings;

/// <summary>Every limit has a face, every row does what it says, and what a row says is what the limits themselves say.</summary>
public sealed class SettingTableTests
{
    private static readonly (Type Type, string Section)[] Groups =
    [
        (typeof(Libp2pLimits), "Libp2p:Limits:"),
        (typeof(RendezvousLimits), "Limits:"),
        (typeof(UpkeepOptions), "Upkeep:"),
        (typeof(RegistrationLimits), ""),
    ];

    public static TheoryData<string> Keys => [.. SettingTable.All.Select(setting => setting.Key)];

    public static TheoryData<string> BoundedKeys => [.. SettingTable.All.Where(
        setting => setting.Type.Bounds is not null).Select(setting => setting.Key)];

    /// <summary>Those whose type checks them, and whose bounds depend on no other one.</summary>
    public static TheoryData<string> CheckedByThemselves =>
    [
        "Limits:MaxDiscoverLimit", "Limits:MaxAddresses", "Limits:MaxInnerQueriesPerDiscover", "Limits:MaxRequestsInFlightPerNode",
        "Limits:MaxRequestsInFlightPerConnection", "Limits:MaxStreamsPerConnection", "Limits:MaxQueuedCommandsPerRegistration",
        "Limits:MaxWorkUnitsPerProcessor", "Limits:MaxUnsentBytesPerConnection", "Limits:UnsentTurnTimeout",
        "Limits:FrameTimeout", "Limits:ResponseWriteTimeout", "Upkeep:SnapshotEvents", "Upkeep:JanitorInterval",
        "MaxRegistrationsPerNamespace",
    ];

    [Fact]
    public void Every_limit_can_be_set_in_the_section_of_its_group()
    {
        string[] limits =
        [
            .. from part in Groups
               from property in part.Type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
               where property.CanWrite
               select part.Section + property.Name,
        ];

        Assert.True(limits.Length > 70);
        Assert.DoesNotContain(limits, limit => SettingTable.Find(limit) is null);
    }

    [Theory]
    [InlineData("MaxConnections")]
    [InlineData("MaxConnectionsPerIp")]
    [InlineData("MaxConnectionsPerSubnet")]
    [InlineData("MaxConnectionsPerPeer")]
    [InlineData("MaxPendingHandshakes")]
    [InlineData("MaxPendingHandshakesPerIp")]
    [InlineData("MaxPendingHandshakesPerSubnet")]
    [InlineData("FirstByteTimeout")]
    [InlineData("UpgradeTimeout")]
    [InlineData("KeepAliveInterval")]
    [InlineData("KeepAliveTimeout")]
    [InlineData("MaxHeldBytes")]
    [InlineData("MaxReceiveBytesPerConnection")]
    public void A_limit_of_connections_keeps_the_key_that_it_had(string name) =>
        Assert.Equal($"Libp2p:Limits:{name}", SettingTable.Find($"Limits:{name}")?.Key);

    [Theory]
    [MemberData(nameof(Keys))]
    public void The_default_of_a_setting_is_a_value_that_it_takes(string key)
    {
        Setting setting = SettingTable.Get(key);

        Assert.True((setting.Default ?? setting.DefaultInWords) is { Length: > 0 }, "It needs a default, or words for it.");
        if (setting is { Default: { } text, Type.IsList: false })
        {
            Assert.True(setting.Type.TryRead(text, out object value));
            Assert.Null(setting.Type.Refuse(value));
        }
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_row_says_in_one_line_what_the_setting_does(string key)
    {
        Setting setting = SettingTable.Get(key);

        Assert.EndsWith(".", setting.Help, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', setting.Help);
        Assert.Matches(@"^\d+\.\d+$", setting.Since);
        Assert.All(setting.Options, option => Assert.StartsWith("--", option, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(BoundedKeys))]
    public void A_bounded_setting_takes_both_ends_and_nothing_beyond_them(string key)
    {
        Setting setting = SettingTable.Get(key);
        string[] ends = setting.Type.Bounds!["from ".Length..].Split(" to ");

        Assert.All(ends, end => Assert.Null(Refusal(setting, end)));
        Assert.NotNull(Refusal(setting, Beyond(setting, ends[0], -1)));
        Assert.NotNull(Refusal(setting, Beyond(setting, ends[1], +1)));
    }

    [Theory]
    [MemberData(nameof(BoundedKeys))]
    public void A_value_reaches_the_option_of_its_row_and_is_written_as_it_was_read(string key)
    {
        Setting setting = SettingTable.Get(key);
        string end = setting.Type.Bounds!.Split(" to ")[1];
        var options = new ServerOptions();
        setting.Type.TryRead(end, out object value);

        setting.Set(options, value);

        Assert.Equal(end, setting.Write(options));
        Assert.All(SettingTable.All.Where(other => other != setting), other => Assert.Equal(other.Default, other.Write(options)));
    }

    /// <summary>The types of the limits check themselves too, for programs that use them without this server; both say the same.</summary>
    [Theory]
    [MemberData(nameof(CheckedByThemselves))]
    public void The_bounds_of_a_row_are_those_that_the_limits_check_themselves(string key)
    {
        Setting setting = SettingTable.Get(key);
        string[] ends = setting.Type.Bounds!["from ".Length..].Split(" to ");

        Assert.All(ends, end => Assert.DoesNotContain(FaultsWith(setting, end), fault => fault.Keys.Contains(key)));
        Assert.Contains(FaultsWith(setting, Beyond(setting, ends[0], -1)), fault => fault.Keys.Contains(key));
        Assert.Contains(FaultsWith(setting, Beyond(setting, ends[1], +1)), fault => fault.Keys.Contains(key));
    }

    [Theory]
    [InlineData("MinTtl", "MinTtlSeconds")]
    [InlineData("maxregistration", "MaxRegistrations")]
    [InlineData("DataDir", "DataDirectory")]
    [InlineData("LogLevels", "LogLevel")]
    [InlineData("Colour", null)]
    [InlineData("", null)]
    public void The_nearest_setting_is_found(string key, string? near) =>
        Assert.Equal(near, RendezvousCluster.Settings.Spelling.Nearest(key, SettingTable.NamesIn("")!));

    private static IReadOnlyList<RuleFault> FaultsWith(Setting setting, string text)
    {
        var options = new ServerOptions();
        setting.Type.TryRead(text, out object value);
        setting.Set(options, value);
        return ServerRules.Check(options);
    }

    private static string? Refusal(Setting setting, string text) =>
        setting.Type.TryRead(text, out object value) ? setting.Type.Refuse(value) : "It cannot be read.";

    private static string Beyond(Setting setting, string end, int step)
    {
        setting.Type.TryRead(end, out object value);
        return setting.Type.Write(value switch
        {
            TimeSpan time when time == TimeSpan.Zero && step < 0 => TimeSpan.FromTicks(-1),
            TimeSpan time => time + TimeSpan.FromMilliseconds(step),
            long number => number + step,
            _ => throw new ArgumentException($"{setting.Key} has bounds of an unknown kind."),
        });
    }
}
