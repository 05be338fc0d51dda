// Each has a lab of ten hosts: more of them at once make each other late on a small machine.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]
