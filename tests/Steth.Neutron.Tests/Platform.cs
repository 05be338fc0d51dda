using System.Runtime.Versioning;

// Namespaces are Linux's.
[assembly: SupportedOSPlatform("linux")]
