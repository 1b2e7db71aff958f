namespace RendezvousCluster.Protocol.Codec;

/// <summary>The field numbers and message types of <c>rendezvous.proto</c>. The two responses number their fields differently.</summary>
internal static class RendezvousFields
{
    internal static class Message
    {
        public const int Type = 1;
        public const int Register = 2;
        public const int RegisterResponse = 3;
        public const int Unregister = 4;
        public const int Discover = 5;
        public const int DiscoverResponse = 6;
    }

    internal static class MessageType
    {
        public const ulong Register = 0;
        public const ulong RegisterResponse = 1;
        public const ulong Unregister = 2;
        public const ulong Discover = 3;
        public const ulong DiscoverResponse = 4;
    }

    internal static class Register
    {
        public const int Namespace = 1;
        public const int SignedPeerRecord = 2;
        public const int Ttl = 3;
    }

    internal static class RegisterResponse
    {
        public const int Status = 1;
        public const int StatusText = 2;
        public const int Ttl = 3;
    }

    internal static class Unregister
    {
        public const int Namespace = 1;
        public const int PeerId = 2;
    }

    internal static class Discover
    {
        public const int Namespace = 1;
        public const int Limit = 2;
        public const int Cookie = 3;

        /// <summary>An extension, far from the numbers that the spec may take next.</summary>
        public const int RecordDomains = 1000;
    }

    internal static class DiscoverResponse
    {
        public const int Registrations = 1;
        public const int Cookie = 2;
        public const int Status = 3;
        public const int StatusText = 4;
    }
}
