using RendezvousCluster.Registry.Hosting;
using RendezvousCluster.Registry.Membership;
using RendezvousCluster.Server.Settings;

namespace RendezvousCluster.Architecture;

/// <summary>The registry compares settings between nodes and does not know the server's table; the two say the same.</summary>
public class SharedSettingsTests
{
    [Fact]
    public void The_registry_compares_the_settings_that_the_table_marks_by_key_value_and_weight()
    {
        IEnumerable<string> marked =
            from row in SettingTable.All
            where row.Agreement != Agreement.None
            select SettingRole.For(row.Key, row.Default!, row.Agreement == Agreement.Required);

        Assert.Equal(marked.Order(), SharedSettings.RolesOf(new RegistryOptions()).Order());
    }
}
