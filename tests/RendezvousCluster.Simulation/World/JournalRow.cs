namespace RendezvousCluster.Simulation.World;

/// <summary>A row of a journal.</summary>
/// <param name="Sequence">Its number.</param>
/// <param name="Event">What happened; null in the one row that marks how far the journal has been deleted.</param>
/// <param name="Writer">The number of the owner that wrote it.</param>
internal readonly record struct JournalRow<TEvent>(long Sequence, TEvent? Event, int Writer)
    where TEvent : class;
