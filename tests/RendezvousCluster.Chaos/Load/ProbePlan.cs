namespace RendezvousCluster.Chaos.Load;

/// <summary>
/// A client that measures how long its namespace does not answer: REGISTER and DISCOVER in turn, as fast as gaps are to be resolved. The
/// others ask too seldom for that: between two of their REGISTERs in a namespace there is half a second now and then though nothing is
/// wrong.
/// </summary>
internal sealed class ProbePlan(int home, int nodes) : ILoadPlan
{
    private const long LongTtl = 30;
    private const int LargePage = 100;

    private bool _registers;

    public TimeSpan Pace { get; } = TimeSpan.FromMilliseconds(40);

    public LoadStep Next() => (_registers = !_registers) ? LoadStep.Refresh : LoadStep.Discover;

    public long Ttl() => LongTtl;

    public int Limit() => LargePage;

    public int Node(Func<int, bool> isAvoided) =>
        Enumerable.Range(home, nodes).Select(node => node % nodes).FirstOrDefault(node => !isAvoided(node), home);
}
