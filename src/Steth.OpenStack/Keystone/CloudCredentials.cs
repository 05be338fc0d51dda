namespace Steth.OpenStack.Keystone;

/// <summary>What Keystone is shown to get a token. The variants print without their secrets.</summary>
public abstract record CloudCredentials
{
    private protected CloudCredentials()
    {
    }
}
