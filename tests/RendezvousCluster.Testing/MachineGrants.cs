using Xunit;

namespace RendezvousCluster.Testing;

/// <summary>What some tests need of the machine and not every machine grants: root, networks of their own.</summary>
public static class MachineGrants
{
    /// <summary>
    /// For a test that is about to pass over what it cannot try on this machine: fails in CI, where <c>CI</c> is <c>true</c> and nothing is
    /// passed over in silence.
    /// </summary>
    /// <param name="needed">What the test needs, for the operator of the machine.</param>
    public static void PassOver(string needed) => Assert.False(
        Environment.GetEnvironmentVariable("CI") == "true",
        $"In CI this test must run, and this machine does not let it: it needs {needed}.");
}
