using RendezvousCluster.Core.Validation;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Codec;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Protocol.Messages;
using RendezvousCluster.Protocol.Validation;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Core.Tests.Validation;

/// <summary>The REGISTER of each kind of client (<see cref="ClientBytes"/> says where the bytes come from) becomes a command.</summary>
public sealed class ClientRegisterTests
{
    public static TheoryData<string, byte[], RegistrationFlavour> Registers => new()
    {
        { "Berty, py-libp2p", ClientBytes.OldRegister, RegistrationFlavour.PeerInfo },
        { "Berty without ttl", ClientBytes.OldRegisterWithoutTtl, RegistrationFlavour.PeerInfo },
        { "rust", ClientBytes.RustRegister, RegistrationFlavour.RoutingState },
        { "rust without ttl", ClientBytes.RustRegisterWithoutTtl, RegistrationFlavour.RoutingState },
        { "nim", ClientBytes.NimRegister, RegistrationFlavour.Standard },
        { "canvas", ClientBytes.CanvasRegister, RegistrationFlavour.Standard },
    };

    [Theory]
    [MemberData(nameof(Registers))]
    public void Register_of_each_client_is_accepted(string client, byte[] bytes, RegistrationFlavour flavour)
    {
        Assert.True(RendezvousMessageCodec.TryDecode(bytes, out RendezvousMessage? message));
        var limits = new RendezvousLimits { AllowUnsignedRegistrations = true };

        bool accepted = new RegistrationValidator(limits).TryValidate(
            Assert.IsType<RegisterRequest>(message),
            new RecordVerifier(ClientBytes.Peer.Id, limits),
            DateTimeOffset.MaxValue,
            out RegisterCommand? command,
            out Refusal? refusal);

        Assert.True(accepted, $"{client}: {refusal?.Text}");
        Assert.Equal(
            ("chat", flavour, flavour == RegistrationFlavour.PeerInfo ? 0ul : 1_700_000_000ul, 7_200u),
            (command!.Namespace.Name, command.Flavour, command.RecordSequence, command.TtlSeconds));
    }
}
