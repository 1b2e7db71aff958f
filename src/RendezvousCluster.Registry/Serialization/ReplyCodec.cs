using Google.Protobuf;
using RendezvousCluster.Core;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Registry.Serialization.Proto;

namespace RendezvousCluster.Registry.Serialization;

/// <summary>Replies of a namespace to and from protobuf.</summary>
internal static class ReplyCodec
{
    internal static IMessage ToProto(RegisterReply reply) =>
        new RegisterReplyMessage
        {
            Status = (uint)reply.Status,
            StatusText = reply.StatusText,
            TtlSeconds = reply.TtlSeconds,
            IsAbsent = reply.IsAbsent,
        };

    internal static IMessage ToProto(UnregisterReply reply) => new UnregisterReplyMessage { Status = (uint)reply.Status };

    /// <exception cref="ArgumentException">The registrations are of several namespaces; a namespace answers only for itself.</exception>
    internal static IMessage ToProto(DiscoverReply reply)
    {
        var message = new DiscoverReplyMessage
        {
            Status = (uint)reply.Status,
            StatusText = reply.StatusText,
            CookieRevision = reply.CookieRevision,
            Flavours = (uint)reply.Flavours,
            IsComplete = reply.IsComplete,
        };
        RendezvousNamespace? name = reply.Registrations.Count > 0 ? reply.Registrations[0].Namespace : null;
        message.Namespace = name is null ? ByteString.Empty : WireBytes.Wrap(name);
        message.Registrations.Capacity = reply.Registrations.Count;
        for (int index = 0; index < reply.Registrations.Count; index++)
        {
            DiscoveredRegistration registration = reply.Registrations[index];
            if (!registration.Namespace.Equals(name))
            {
                throw new ArgumentException("A reply of one namespace holds registrations of another.", nameof(reply));
            }

            message.Registrations.Add(new DiscoverReplyMessage.Types.Registration
            {
                Envelope = WireBytes.Wrap(registration.Envelope),
                Flavour = (uint)registration.Flavour,
                RemainingTtlSeconds = registration.RemainingTtlSeconds,
                Revision = registration.Revision,
            });
        }

        return message;
    }

    internal static RegisterReply ReadRegisterReply(byte[] bytes)
    {
        RegisterReplyMessage read = RegisterReplyMessage.Parser.ParseFrom(bytes);
        return new RegisterReply((RendezvousStatus)read.Status, read.StatusText, read.TtlSeconds) { IsAbsent = read.IsAbsent };
    }

    internal static UnregisterReply ReadUnregisterReply(byte[] bytes) =>
        new((RendezvousStatus)UnregisterReplyMessage.Parser.ParseFrom(bytes).Status);

    internal static DiscoverReply ReadDiscoverReply(byte[] bytes)
    {
        DiscoverReplyMessage read = DiscoverReplyMessage.Parser.ParseFrom(bytes);
        var registrations = new List<DiscoveredRegistration>(read.Registrations.Count);
        if (read.Registrations.Count > 0)
        {
            RendezvousNamespace name = WireBytes.ReadNamespace(read.Namespace);
            foreach (DiscoverReplyMessage.Types.Registration registration in read.Registrations)
            {
                registrations.Add(new DiscoveredRegistration(
                    name,
                    registration.Envelope.Memory,
                    WireBytes.ReadFlavour(registration.Flavour),
                    registration.RemainingTtlSeconds,
                    registration.Revision));
            }
        }

        return new DiscoverReply((RendezvousStatus)read.Status, read.StatusText, registrations, read.CookieRevision)
        {
            Flavours = (RegistrationFlavours)read.Flavours & RegistrationFlavours.All,
            IsComplete = read.IsComplete,
        };
    }
}
