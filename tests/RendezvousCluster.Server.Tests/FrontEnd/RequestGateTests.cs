using RendezvousCluster.Server.FrontEnd;

namespace RendezvousCluster.Server.Tests.FrontEnd;

public sealed class RequestGateTests
{
    [Fact]
    public void The_gate_lets_in_up_to_its_limit_and_again_when_one_left()
    {
        var gate = new RequestGate(2);
        Assert.True(gate.TryEnter());
        Assert.True(gate.TryEnter());
        Assert.False(gate.TryEnter());
        Assert.Equal(2, gate.Inside);
        gate.Leave();
        Assert.True(gate.TryEnter());
        Assert.False(gate.TryEnter());
    }
}
