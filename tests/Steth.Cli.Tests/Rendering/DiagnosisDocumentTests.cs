using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Steth.Cli.Rendering;
using Steth.Cli.Tests.Commands;
using Steth.Diagnosis.Causes;
using Steth.Diagnosis.Verdicts;
using YamlDotNet.Serialization;

namespace Steth.Cli.Tests.Rendering;

/// <summary>The JSON document, and the page that describes it and the causes.</summary>
public sealed class DiagnosisDocumentTests
{
    private static readonly string _page = File.ReadAllText(Path.Combine(Root(), "docs", "diagnosis.md"));

    [Fact]
    public void WriteJson_Fault_IsThisDocument()
    {
        var report = DiagnosisEngine.Diagnose(Evidences.NicDown()) with { RuledOut = ["Q1 qbr-broken"] };

        Json(report with
        {
            Hops = [report.Hops[0], report.Hops[4]],
            Findings = [.. report.Findings.Where(f => f.State == CheckState.Fail)],
        }).ShouldBe("""
            {
              "schema": "steth/diagnosis/1",
              "port": {
                "id": "413e0c86-8181-45b9-bc98-9a4b06dd3060",
                "name": "web-1",
                "mac": "fa:16:3e:41:3e:0c",
                "fixed_ips": [
                  "10.101.0.21"
                ],
                "host": "comp1",
                "network_id": "4762b59f-20b5-4f60-8dbd-dce330c598ff",
                "network_type": "vlan",
                "segmentation_id": 101,
                "source": "neutron"
              },
              "symptoms": [
                {
                  "name": "no-ip",
                  "status": "fault",
                  "note": "last seen: DHCPDISCOVER at comp1 qvo413e0c86-81"
                }
              ],
              "architecture": "ml2-ovs hybrid vlan",
              "injection": "tap",
              "verdict": {
                "status": "fault",
                "causes": [
                  {
                    "id": "F4",
                    "slug": "nic-down",
                    "title": "A physical NIC of the path is down",
                    "host": "comp1",
                    "device": "eth1",
                    "evidence": [
                      "comp1: eth1 is down"
                    ],
                    "remedy": "on comp1 run 'ip link set eth1 up'"
                  }
                ],
                "missing": null
              },
              "hops": [
                {
                  "index": 0,
                  "host": "comp1",
                  "device": "tap413e0c86-81",
                  "kind": "tap",
                  "namespace": null,
                  "outbound": {
                    "seen": true,
                    "method": "capture",
                    "messages": [
                      "DHCPDISCOVER"
                    ]
                  },
                  "inbound": {
                    "seen": false,
                    "method": "capture",
                    "messages": []
                  },
                  "state": "PASS",
                  "note": null
                },
                {
                  "index": 4,
                  "host": "comp1",
                  "device": "br-int",
                  "kind": "integration-bridge",
                  "namespace": null,
                  "outbound": {
                    "seen": null,
                    "method": null,
                    "messages": []
                  },
                  "inbound": {
                    "seen": null,
                    "method": null,
                    "messages": []
                  },
                  "state": "UNKNOWN",
                  "note": null
                }
              ],
              "findings": [
                {
                  "id": "F4",
                  "slug": "nic-down",
                  "host": "comp1",
                  "device": "eth1",
                  "state": "FAIL",
                  "evidence": [
                    "comp1: eth1 is down"
                  ]
                }
              ],
              "ruled_out": [
                "Q1 qbr-broken"
              ],
              "unreachable": [],
              "notes": [
                "the OpenStack API was not asked"
              ],
              "took_ms": 2143
            }

            """);
    }

    [Fact]
    public void WriteJson_HostileName_StaysOneReadableDocument()
    {
        var json = Json(DiagnosisEngine.Diagnose(Evidences.Healthy("é\u001b[2J\u202e<'")));

        json.ShouldContain("\"name\": \"é\\u001B[2J\\u202E<'\"");
        JsonDocument.Parse(json).RootElement.GetProperty("port").GetProperty("name").GetString().ShouldBe("é\u001b[2J\u202e<'");
    }

    [Fact]
    public void WriteYaml_Report_IsTheSameDocument()
    {
        var report = DiagnosisEngine.Diagnose(Evidences.NicDown("no"));
        using var output = new StringWriter();

        DiagnosisDocument.WriteYaml(report, output);

        var yaml = new SerializerBuilder().JsonCompatible().Build().Serialize(new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build().Deserialize<object>(output.ToString()));
        JsonElement.DeepEquals(JsonDocument.Parse(yaml).RootElement, JsonDocument.Parse(Json(report)).RootElement).ShouldBeTrue(output.ToString());
    }

    [Fact]
    public void Page_NamesEveryMemberOfTheDocument()
    {
        var members = Members(ReportJson.Default.DiagnosisReport, []).ToList();

        members.Count.ShouldBeGreaterThan(40);
        members.Where(m => !_page.Contains($"`{m}`", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void Page_HasASectionForEveryCauseAndForNothingElse() =>
        Regex.Matches(_page, "^### (.+)$", RegexOptions.Multiline).Select(m => m.Groups[1].Value)
            .ShouldBe(CauseCatalogue.All.Select(c => c.ToString()), ignoreOrder: true);

    [Fact]
    public void Page_EveryCause_SaysWhatDecidesItAndWhatToDo()
    {
        foreach (var section in _page.Split("\n### ")[1..])
        {
            section.ShouldContain("\nDecided by: ");
            section.ShouldContain("\nTo do: ");
        }
    }

    [Fact]
    public void Page_HasThePlaceOfTheFaultsTable()
    {
        var start = _page.IndexOf("<!-- faults table: generated -->\n", StringComparison.Ordinal);
        start.ShouldBePositive();
        _page.IndexOf("<!-- end -->", start, StringComparison.Ordinal).ShouldBePositive();
    }

    private static IEnumerable<string> Members(JsonTypeInfo type, HashSet<Type> known)
    {
        if (type.Kind == JsonTypeInfoKind.Enumerable)
            return Members(ReportJson.Default.GetTypeInfo(type.ElementType!)!, known);
        if (type.Kind != JsonTypeInfoKind.Object || !known.Add(type.Type))
            return [];
        return type.Properties.SelectMany(p => Members(ReportJson.Default.GetTypeInfo(p.PropertyType)!, known).Prepend(p.Name));
    }

    private static string Json(DiagnosisReport report)
    {
        using var output = new StringWriter();
        DiagnosisDocument.WriteJson(report, output);
        return output.ToString();
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Steth.slnx")))
            folder = Path.GetDirectoryName(folder.TrimEnd('/'))!;
        return folder;
    }
}
