using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Steth.Identity;

/// <summary>
/// A certificate revocation list (RFC 5280, section 5) of an authority that signs with ECDSA and SHA-256. The runtime writes such lists
/// and does not read them. A list whose time is up is used all the same: the alternative is to let in whom it names.
/// </summary>
public sealed class RevocationList
{
    /// <summary>The label of its PEM text.</summary>
    public const string PemLabel = "X509 CRL";

    private const string EcdsaWithSha256 = "1.2.840.10045.4.3.2";
    private const string CrlNumber = "2.5.29.20";

    private static readonly Asn1Tag _extensions = new(TagClass.ContextSpecific, 0, isConstructed: true);

    private readonly HashSet<BigInteger> _serials;

    private RevocationList(string issuer, BigInteger number, HashSet<BigInteger> serials)
    {
        Issuer = issuer;
        Number = number;
        _serials = serials;
    }

    /// <summary>Subject of the authority that signed it.</summary>
    public string Issuer { get; }

    /// <summary>Grows with every list of its authority (RFC 5280, section 5.2.3); 0 where it has none.</summary>
    public BigInteger Number { get; }

    /// <summary>How many certificates it names.</summary>
    public int Count => _serials.Count;

    /// <summary>Whether it names a certificate.</summary>
    public bool Has(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return certificate.Issuer == Issuer
            && _serials.Contains(new BigInteger(certificate.SerialNumberBytes.Span, isUnsigned: true, isBigEndian: true));
    }

    /// <summary>Reads a list and verifies its signature.</summary>
    /// <param name="der">The list, DER.</param>
    /// <param name="authorities">Whose signature is taken.</param>
    /// <exception cref="CryptographicException">It is malformed, or none of these signed it.</exception>
    public static RevocationList Parse(ReadOnlyMemory<byte> der, IEnumerable<X509Certificate2> authorities)
    {
        ArgumentNullException.ThrowIfNull(authorities);
        try
        {
            var file = new AsnReader(der, AsnEncodingRules.DER);
            var list = file.ReadSequence();
            file.ThrowIfNotEmpty();
            var signed = list.PeekEncodedValue();
            var body = list.ReadSequence();
            var algorithm = list.ReadSequence().ReadObjectIdentifier();
            var signature = list.ReadBitString(out _);
            list.ThrowIfNotEmpty();
            var (issuer, number, serials) = ReadBody(body);
            var signer = authorities.FirstOrDefault(a => a.SubjectName.RawData.AsSpan().SequenceEqual(issuer.Span))
                ?? throw new CryptographicException("the revocation list is of another authority");
            using var key = signer.GetECDsaPublicKey();
            if (algorithm != EcdsaWithSha256 || key is null
                || !key.VerifyData(signed.Span, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence))
                throw new CryptographicException("the signature of the revocation list is wrong");
            return new RevocationList(signer.Subject, number, serials);
        }
        catch (AsnContentException e)
        {
            throw new CryptographicException("the revocation list is malformed", e);
        }
    }

    private static (ReadOnlyMemory<byte> Issuer, BigInteger Number, HashSet<BigInteger> Serials) ReadBody(AsnReader body)
    {
        // version is 1 (v2) where it is given, and has to be given where there are extensions.
        if (body.PeekTag() == Asn1Tag.Integer)
            body.ReadInteger();
        body.ReadSequence();
        var issuer = body.ReadEncodedValue();
        ReadTime(body);
        if (body.HasData && IsTime(body.PeekTag()))
            ReadTime(body);
        var serials = new HashSet<BigInteger>();
        if (body.HasData && body.PeekTag() == Asn1Tag.Sequence)
        {
            var entries = body.ReadSequence();
            while (entries.HasData)
                serials.Add(entries.ReadSequence().ReadInteger());
        }
        var hasExtensions = body.HasData && body.PeekTag() == _extensions;
        return (issuer, hasExtensions ? ReadNumber(body.ReadSequence(_extensions).ReadSequence()) : 0, serials);
    }

    private static BigInteger ReadNumber(AsnReader extensions)
    {
        while (extensions.HasData)
        {
            var extension = extensions.ReadSequence();
            if (extension.ReadObjectIdentifier() != CrlNumber)
                continue;
            if (extension.PeekTag() == Asn1Tag.Boolean)
                extension.ReadBoolean();
            return new AsnReader(extension.ReadOctetString(), AsnEncodingRules.DER).ReadInteger();
        }
        return 0;
    }

    private static bool IsTime(Asn1Tag tag) => tag == Asn1Tag.UtcTime || tag == Asn1Tag.GeneralizedTime;

    private static void ReadTime(AsnReader reader)
    {
        if (reader.PeekTag() == Asn1Tag.UtcTime)
            reader.ReadUtcTime();
        else
            reader.ReadGeneralizedTime();
    }
}
