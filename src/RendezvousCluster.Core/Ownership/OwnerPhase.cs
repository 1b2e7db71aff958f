namespace RendezvousCluster.Core.Ownership;

/// <summary>
/// What a <see cref="JournalOwner{TCaller,TCommand,TQuery,TReply,TEvent,TSnapshot}"/> is doing. It is in exactly one phase at a time.
/// </summary>
/// <remarks>
/// <code>
/// Recovering ─► Unfenced ─► Fencing ─────────────────► Serving ◄─┐
///                  │                                    │        │
///                  ├─► (AwaitingPermit ─►) Writing ─────┘        │
///                  │                                             │
///                  │      Serving ─► (AwaitingPermit ─►) Writing ┘
///                  │
///                  └─► Proving ─► Unfenced,   Serving ─► Proving ─► Serving
///                  │
///   a write or a permit is awaited:  ─► (StoppingAwaitsPermit ─►) Stopping ─► Ended
///   nothing is awaited:              ─► Ended
///   there is time to tidy up:        ─► SavingLast ─► Ended,  or  ClearingFence ─► Clearing ─► Ended
///   the journal cannot be read:      Recovering ─► Unreadable ─► Ended
///   a write failed:                  ─► Ended
///   a write was refused, as the row before it is gone:  ─► Mending ─► Unfenced or Serving,  or  StoppingMends ─► Ended
/// </code>
/// </remarks>
internal enum OwnerPhase
{
    /// <summary>The journal is being read.</summary>
    Recovering,

    /// <summary>
    /// The journal holds something that this version cannot read, or contradicts itself. Nothing of it is shown, nothing is written or
    /// deleted, and every request is refused at once.
    /// </summary>
    Unreadable,

    /// <summary>
    /// The journal is read and this owner has written nothing: an older owner may still write. Only an empty state is shown and decided
    /// on.
    /// </summary>
    Unfenced,

    /// <summary>The fence is being written, and reads wait for it: the state is not empty.</summary>
    Fencing,

    /// <summary>Nothing is being written, and an older owner can write no more.</summary>
    Serving,

    /// <summary>A batch is decided and waits for the permit to be written.</summary>
    AwaitingPermit,

    /// <summary>A batch, or a renewed fence, is being written. Reads see what was committed before.</summary>
    Writing,

    /// <summary>
    /// A batch is decided that changes nothing, and the end of the journal is being looked at before its answers go out.
    /// </summary>
    Proving,

    /// <summary>
    /// The journal has lost rows, and what they led to is being written again. Commands wait; reads see what is in memory.
    /// </summary>
    Mending,

    /// <summary>As <see cref="AwaitingPermit"/>, after the request to stop.</summary>
    StoppingAwaitsPermit,

    /// <summary>As <see cref="Mending"/>, after the request to stop.</summary>
    StoppingMends,

    /// <summary>The last batch is being written. Nothing is taken any more.</summary>
    Stopping,

    /// <summary>A last snapshot is being saved.</summary>
    SavingLast,

    /// <summary>The fence is being written behind which nothing that came before it counts.</summary>
    ClearingFence,

    /// <summary>Snapshots, and then events, are being deleted.</summary>
    Clearing,

    /// <summary>It is over. Another owner, or none, has taken its place.</summary>
    Ended,
}
