using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Server.Tests.FrontEnd;

/// <summary>Every row of the table of bad inputs, against the handler in memory.</summary>
public sealed class BadInputTests
{
    [Theory]
    [MemberData(nameof(BadInputTable.Names), MemberType = typeof(BadInputTable))]
    public async Task Gets_its_ruling_and_the_server_serves_on(string name)
    {
        using var frontEnd = new FrontEndFixture();
        await BadInputCheck.RunAsync(BadInputTable.Find(name), frontEnd.Peer, () => Task.FromResult(frontEnd.OpenStream()));
        await frontEnd.AllHandledAsync();
        Assert.Equal(0, frontEnd.Gate.Inside);
        Assert.Equal(0, frontEnd.Queue.Count);
    }

    [Fact]
    public async Task All_rows_one_after_another_on_one_connection()
    {
        using var frontEnd = new FrontEndFixture();
        foreach (BadInputCase row in BadInputTable.Cases)
        {
            await BadInputCheck.RunAsync(row, frontEnd.Peer, () => Task.FromResult(frontEnd.OpenStream()));
        }
    }

    [Fact]
    public void Rows_have_names_of_their_own() =>
        Assert.Equal(BadInputTable.Cases.Count, BadInputTable.Cases.DistinctBy(row => row.Name).Count());
}
