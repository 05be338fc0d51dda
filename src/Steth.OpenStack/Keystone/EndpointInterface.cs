namespace Steth.OpenStack.Keystone;

/// <summary>Which of a service's endpoints is used.</summary>
public enum EndpointInterface
{
    /// <summary>The one for everybody; the default.</summary>
    Public,

    /// <summary>The one for the cloud's own services.</summary>
    Internal,

    /// <summary>The one for administration.</summary>
    Admin,
}
