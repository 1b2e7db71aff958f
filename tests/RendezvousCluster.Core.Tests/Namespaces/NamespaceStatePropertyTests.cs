using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Core.Tests.Namespaces;

/// <summary>
/// The state against the naive model, under random commands, batches, late copies, sweeps, recoveries and a clock that also stands still
/// and goes back. A failure names its seed: put it alone into <see cref="Seeds"/> to see it again.
/// </summary>
public sealed class NamespaceStatePropertyTests
{
    private const int Steps = 400;
    private const int Peers = 12;

    private static readonly RendezvousNamespace Name = RendezvousNamespace.Parse("chat");

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 60)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void The_state_agrees_with_the_naive_model(int seed)
    {
        var run = new Run(new Random(seed));
        for (int step = 0; step < Steps; step++)
        {
            run.Step($"seed {seed}, step {step}");
        }
    }

    private sealed class Run(Random random)
    {
        private readonly NaiveNamespace _model = new();
        private readonly List<NamespaceEvent> _journal = [];
        private readonly List<RegisterCommand> _sent = [];
        private NamespaceState _state = new(Name);
        private DateTimeOffset _now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
        private DateTimeOffset _latest;

        public void Step(string where)
        {
            switch (random.Next(20))
            {
                case < 10:
                    Batch(where);
                    break;
                case < 15:
                    Discover(where);
                    break;
                case < 17:
                    _now = _now.AddMilliseconds(
                        random.Next(6) switch { 0 => -random.Next(2000), 1 => 0, 2 => 20_000, _ => random.Next(3000) });
                    _latest = _now > _latest ? _now : _latest;
                    break;
                case 17:
                    Sweep();
                    break;
                case 18:
                    _state = new NamespaceState(Name);
                    _journal.ForEach(_state.Apply);
                    Sweep();
                    break;
                default:
                    Assert.True(_model.LastRevision == _state.LastRevision, where);
                    break;
            }
        }

        // At the latest time seen: what was freed once must be free on both sides, also after a recovery under a clock that went back.
        private void Sweep()
        {
            _state.Sweep(_latest);
            _model.Sweep(_latest);
        }

        private void Batch(string where)
        {
            ulong last = _state.LastRevision;
            var decided = new List<NamespaceEvent>();
            foreach (int peer in Enumerable.Range(0, Peers).OrderBy(_ => random.Next()).Take(random.Next(1, 5)))
            {
                NamespaceEvent? @event;
                if (random.Next(4) == 0)
                {
                    var unregister = new UnregisterCommand(Name, TestPeers.Id(peer), _now.AddSeconds(5));
                    Decision<UnregisterReply> decision = _state.Decide(unregister, _now, last);
                    Assert.True(_model.Unregister(unregister, _now) == decision.Reply.Status, where);
                    @event = decision.Event;
                }
                else
                {
                    RegisterCommand register = Register(peer);
                    Decision<RegisterReply> decision = _state.Decide(register, _now, last);
                    RendezvousStatus expected = _model.Register(register, _now);
                    Assert.True(expected == decision.Reply.Status, $"{where}: {expected} expected, {decision.Reply} decided");
                    @event = decision.Event;
                }

                if (@event is not null)
                {
                    decided.Add(@event);
                    last = @event.Revision;
                }
            }

            decided.ForEach(_state.Apply);
            _journal.AddRange(decided);
        }

        private RegisterCommand Register(int peer)
        {
            RegisterCommand? copy =
                random.Next(4) == 0 ? _sent.FindLast(sent => sent.Peer.Equals(TestPeers.Id(peer)) && random.Next(2) == 0) : null;
            if (copy is not null)
            {
                return copy;
            }

            int version = random.Next(3);
            var register = new RegisterCommand(
                Name,
                TestPeers.Id(peer),
                TestPeers.Envelope(peer, version, bytes: 20 + (peer * 10)),
                RegistrationFlavour.Standard,
                RecordSequence: version == 2 ? 2u : 1u, // it is inside the envelope: equal bytes, equal number
                (uint)random.Next(1, 12),
                _now.AddSeconds(5));
            _sent.Add(register);
            return register;
        }

        private void Discover(string where)
        {
            IEnumerable<ulong> known = _state.LiveAfter(0, _now).Select(registration => registration.Revision);
            ulong after = random.Next(2) == 0 ? 0 : known.OrderBy(_ => random.Next()).FirstOrDefault();
            var query = new DiscoverQuery(Name, after, random.Next(1, Peers), random.Next(1, 1000), _now.AddSeconds(5));

            DiscoverReply reply = _state.Read(query, _now);

            Assert.True(reply.Status == RendezvousStatus.Ok, where);
            Assert.True(
                _model.Discover(query, _now).SequenceEqual(
                    reply.Registrations.Select(r => (r.Revision, Convert.ToHexString(r.Envelope.Span), r.RemainingTtlSeconds))),
                where);
        }
    }
}
