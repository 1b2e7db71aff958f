using RendezvousCluster.Testing.Databases;

namespace RendezvousCluster.Registry.Tests.Membership;

[Collection(MariaDbNodesCollection.Name)]
public sealed class MySqlMemberLockTests(TestMariaDb server) : MemberLockTests(server)
{
    private protected override RegistryStorage Storage => RegistryStorage.MySql;
}
