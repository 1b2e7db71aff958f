using RendezvousCluster.Simulation.Plans;
using RendezvousCluster.Simulation.World;

namespace RendezvousCluster.Simulation.Invariants;

/// <summary>
/// Checks the promises after every step, each as soon as what clients see decides it. The checker looks from inside only at journals, the
/// memory of owners and the clocks. A client does not know whether a request without an answer took effect, and the checker does not know
/// either: it may have at any moment until it no longer can.
/// </summary>
internal sealed partial class Checker
{
    private readonly ClockHistory _clocks = new();
    private readonly Allowances _allowances;
    // When acknowledged writes of a namespace were lost last.
    private readonly Dictionary<int, long> _forgottenAt = [];

    private readonly PeerHistory[,] _peers;
    private readonly JournalWatch[] _journals;
    private readonly SimulationSettings _settings;

    public Checker(SimulationSettings settings)
    {
        _settings = settings;
        _allowances = new Allowances(settings, _clocks);
        Listings = new ListingWatch(settings, _clocks);
        _peers = new PeerHistory[settings.Namespaces, settings.Peers];
        _journals = new JournalWatch[settings.Namespaces + SimulatedDirectory.Parts];
        for (int entity = 0; entity < _journals.Length; entity++)
        {
            _journals[entity] = new JournalWatch();
        }

        for (int ns = 0; ns < settings.Namespaces; ns++)
        {
            for (int peer = 0; peer < settings.Peers; peer++)
            {
                _peers[ns, peer] = new PeerHistory(_allowances);
            }
        }
    }

    /// <summary>The first broken promise; null while all are kept.</summary>
    public Violation? Violation { get; private set; }

    /// <summary>
    /// How far clocks were ever apart: for so long a peer whose commands came through different nodes may get the answer to come back.
    /// </summary>
    public long WidestSkew => _clocks.Widest;

    /// <summary>The clocks have been set.</summary>
    public void ClocksSet(long now, IReadOnlyList<SimulatedNode> nodes) =>
        _clocks.Set(now, nodes.Min(node => node.ClockOffset), nodes.Max(node => node.ClockOffset));

    /// <summary>A REGISTER is asked for.</summary>
    public RegistrationWrite RegisterInvoked(Operation operation, long now) =>
        _peers[operation.Namespace, operation.Client].Invoke(operation.Version, operation.TtlSeconds * 1000L, operation.Node, now);

    /// <summary>An UNREGISTER is asked for.</summary>
    public RegistrationWrite UnregisterInvoked(Operation operation, long now) =>
        _peers[operation.Namespace, operation.Client].Invoke(-1, 0, operation.Node, now);

    /// <summary>A REGISTER or UNREGISTER is acknowledged.</summary>
    public void Acknowledged(int ns, RegistrationWrite write, bool mayBeStale, long now)
    {
        bool mayBeEmpty = true;
        for (int peer = 0; mayBeStale && mayBeEmpty && peer < _settings.Peers; peer++)
        {
            mayBeEmpty = _peers[ns, peer].MustBeFound(now - Allowances.UnfencedLife, now) is null;
        }

        write.Acknowledged = now;
        write.SeenFrom = write.MayBeForgotten ? RegistrationWrite.Never : _allowances.SeenFrom(now, mayBeStale, mayBeEmpty);
    }

    /// <summary>In how many namespaces a peer surely is registered.</summary>
    public int RegistrationsOf(int peer, long now) =>
        Enumerable.Range(0, _settings.Namespaces).Count(ns => _peers[ns, peer].MustBeFound(now, now) is not null);

    /// <summary>
    /// A REGISTER is refused because its peer has as many registrations as it may have: then its registration was not there before.
    /// </summary>
    public void RefusedByQuota(Operation operation, RegistrationWrite write, long now)
    {
        if (_peers[operation.Namespace, operation.Client].MustBeFound(write.Invoked, now) is not null)
        {
            Break(
                Invariant.LimitsHold,
                $"ns{operation.Namespace}: peer {operation.Client} may not refresh what it has registered, because of its quota",
                now);
        }
    }

    /// <summary>A row is written to a journal.</summary>
    public void RowWritten(int entity, long sequence, int writer, bool isClearing, long deletedTo, long now)
    {
        if (_journals[entity].Check(sequence, writer, isClearing, deletedTo) is { } wrong)
        {
            string label = entity < _settings.Namespaces ? $"ns{entity}" : $"part{entity - _settings.Namespaces}";
            Break(Invariant.OneWriter, $"{label}: {wrong}", now);
        }
    }

    /// <summary>The database has lost the rows behind one.</summary>
    public void RowsLost(int entity, long highest) => _journals[entity].Lose(highest);

    /// <summary>An owner has taken the numbers up to one in the place of rows that are lost.</summary>
    public void RowsTaken(int entity, long to, int writer) => _journals[entity].Take(to, writer);

    /// <summary>
    /// What was acknowledged from a time on is lost with its rows, and nobody is left who knew it: it need not be found, and what it took
    /// the place of may come back.
    /// </summary>
    public void Forgotten(int entity, long since, long now)
    {
        if (entity >= _settings.Namespaces)
        {
            Listings.Forgotten(entity - _settings.Namespaces, since, now);
            return;
        }

        _forgottenAt[entity] = now;
        for (int peer = 0; peer < _settings.Peers; peer++)
        {
            _peers[entity, peer].Forgotten(since);
        }
    }

    /// <summary>The code of the project threw.</summary>
    public void Threw(string label, Exception exception, long now) => Break(Invariant.NothingThrows, $"{label}: {exception}", now);

    /// <summary>A request was not answered although nothing goes wrong any more.</summary>
    public void NotAnswered(string what, long now) => Break(Invariant.AnswersAfterFaults, what, now);

    /// <summary>Something is left when everything has expired.</summary>
    public void Left(string what, long now) => Break(Invariant.NothingIsLeft, what, now);

    private void Break(Invariant invariant, string text, long now) => Violation ??= new Violation(invariant, text, now);
}
