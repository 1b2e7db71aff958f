// Nodes wait, for one another's silence above all, and compute little: with one class for each processor the machine would idle through
// most of these tests.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
