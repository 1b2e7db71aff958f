using System.Globalization;
using System.Reflection;
using RendezvousCluster.Client;
using RendezvousCluster.Core.Quotas;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Protocol;
using RendezvousCluster.Registry.Hosting;

namespace RendezvousCluster.Architecture;

/// <summary>
/// Every default of a limit stands in a text file: changing one is a visible diff, and a reviewer asks why. After a wanted change, run
/// this test with <c>UPDATE_EXPECTED=1</c> and commit the file.
/// </summary>
public class LimitsGoldenTests
{
    [Fact]
    public void The_defaults_of_the_libp2p_limits_are_those_of_the_file() =>
        Expected.Equals("Libp2pLimits.txt", Describe(new Libp2pLimits()));

    [Fact]
    public void The_defaults_of_the_rendezvous_limits_are_those_of_the_file() =>
        Expected.Equals("RendezvousLimits.txt", Describe(new RendezvousLimits()));

    [Fact]
    public void The_defaults_of_the_client_s_limits_are_those_of_the_file() =>
        Expected.Equals("RendezvousClientLimits.txt", Describe(new RendezvousClientLimits()));

    [Fact]
    public void The_defaults_of_the_registration_limits_are_those_of_the_file() =>
        Expected.Equals("RegistrationLimits.txt", Describe(new RegistrationLimits()));

    [Fact]
    public void The_defaults_of_the_upkeep_are_those_of_the_file() => Expected.Equals("Upkeep.txt", Describe(new UpkeepOptions()));

    private static string Describe(object limits)
    {
        IEnumerable<string> lines = from property in limits.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
                                    orderby property.Name
                                    select string.Create(CultureInfo.InvariantCulture, $"{property.Name} = {property.GetValue(limits)}");
        return string.Join('\n', lines) + "\n";
    }
}
