using System.Runtime.Versioning;

// Namespaces are Linux's.
[assembly: SupportedOSPlatform("linux")]

// These tests mostly wait, for packets and for processes: more of them than there are cores can run at once.
[assembly: CollectionBehavior(MaxParallelThreads = 3)]
