using OpenTelemetry.Resources;
using RendezvousCluster.Server.Management;

namespace RendezvousCluster.Server.Tests.Management;

public sealed class ServiceIdentityTests
{
    private const string Variable = "OTEL_SERVICE_NAME";

    [Fact]
    public void The_resource_names_the_service_and_its_build_unless_the_environment_says_another_name()
    {
        Assert.Equal(("rendezvous-server", ServiceIdentity.Version), Describe());
        try
        {
            Environment.SetEnvironmentVariable(Variable, "point-7");
            Assert.Equal(("point-7", ServiceIdentity.Version), Describe());
        }
        finally
        {
            Environment.SetEnvironmentVariable(Variable, null);
        }
    }

    private static (string?, string?) Describe()
    {
        ResourceBuilder resource = ResourceBuilder.CreateDefault();
        ServiceIdentity.Describe(resource);
        var attributes = resource.Build().Attributes.ToDictionary(one => one.Key, one => one.Value.ToString());
        return (attributes["service.name"], attributes["service.version"]);
    }
}
