using Steth.OpenStack.Keystone;

namespace Steth.OpenStack.Tests.Transport;

internal static class Clouds
{
    public const string PasswordText = "pa55-w0rd!";

    /// <summary>Quick to give up and to try again.</summary>
    public static OpenStackSettings Quick { get; } = new() { Backoff = TimeSpan.Zero, Deadline = TimeSpan.FromSeconds(20) };

    public static Cloud Password(string authUrl) => With(authUrl, new PasswordCredentials(
        new KeystoneName(null, "admin", KeystoneDomain.Default), new Secret(PasswordText), new KeystoneName(null, "admin", KeystoneDomain.Default)));

    public static Cloud With(string authUrl, CloudCredentials credentials) =>
        new() { Source = "the test", AuthUrl = new Uri(authUrl), Credentials = credentials };
}
