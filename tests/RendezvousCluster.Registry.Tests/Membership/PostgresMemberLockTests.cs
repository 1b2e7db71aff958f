using RendezvousCluster.Testing.Databases;

namespace RendezvousCluster.Registry.Tests.Membership;

[Collection(PostgresNodesCollection.Name)]
public sealed class PostgresMemberLockTests(TestPostgres server) : MemberLockTests(server)
{
    private protected override RegistryStorage Storage => RegistryStorage.Postgres;
}
