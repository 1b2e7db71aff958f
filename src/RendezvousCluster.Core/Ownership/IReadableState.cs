namespace RendezvousCluster.Core.Ownership;

/// <summary>What can be read of a state.</summary>
/// <typeparam name="TQuery">What is asked.</typeparam>
/// <typeparam name="TReply">What is answered.</typeparam>
internal interface IReadableState<in TQuery, out TReply>
    where TReply : class
{
    /// <summary>Whether a query is about this state and not about another one of its kind.</summary>
    bool Holds(TQuery query);

    /// <summary>Answers from what is committed. Changes nothing.</summary>
    TReply Read(TQuery query, DateTimeOffset now);

    /// <summary>The answer to a query that is not served; null when the caller is to ask again.</summary>
    TReply? Refuse(TQuery query, RefusalReason reason);
}
