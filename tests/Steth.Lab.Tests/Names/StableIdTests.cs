using Steth.Lab.Names;
using Steth.Lab.Plan;

namespace Steth.Lab.Tests.Names;

public class StableIdTests
{
    [Fact]
    public void LabPlan_OfTheSameName_HasTheSameIds()
    {
        var plan = new LabPlan(LabName.Parse("t1"));

        plan.VmPorts.Select(port => port.Id).ShouldBe(new LabPlan(LabName.Parse("t1")).VmPorts.Select(port => port.Id));
        plan.VmPorts[0].Id.ShouldBe("027703c8-fe1c-48b6-a017-d2bfccac2ff0");
        plan.VmPorts[0].Mac.ToString().ShouldBe("fa:16:3e:ec:b5:fd");
    }

    [Fact]
    public void LabPlan_OfAnotherName_HasOtherIds() =>
        new LabPlan(LabName.Parse("t2")).VmPorts[0].Id.ShouldNotBe(new LabPlan(LabName.Parse("t1")).VmPorts[0].Id);

    [Fact]
    public void DeviceNames_CarryElevenCharactersOfThePortId()
    {
        var port = new LabPlan(LabName.Parse("t1")).VmPorts[0];

        port.Tap.ShouldBe("tap027703c8-fe");
        port.Bridge.ShouldBe("qbr027703c8-fe");
        port.BridgeVeth.ShouldBe("qvb027703c8-fe");
        port.OvsVeth.ShouldBe("qvo027703c8-fe");
        port.OvsDevice.ShouldBe("qvo027703c8-fe");
    }
}
