namespace Steth.Lab.Guests;

/// <summary>What the guests' process says on stderr, for `up` to wait for.</summary>
internal static class GuestCommandWords
{
    /// <summary>Every TAP device of this process exists.</summary>
    public const string TapsThere = "taps are there";
}
