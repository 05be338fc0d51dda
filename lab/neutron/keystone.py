"""Makes the service user, catalogue entries and a plain user in a Keystone that was just bootstrapped. Runs once, on ctl."""
from api import Cloud, CONTROLLER

cloud = Cloud()
made = {name: cloud.call("POST", "/v3/projects", {"project": {"name": name, "domain_id": "default"}})["id"] for name in ("service", "demo")}
roles = {role["name"]: role["id"] for role in cloud.call("GET", "/v3/roles")}
for name, project, role in (("neutron", "service", "admin"), ("demo", "demo", "member")):
    user = cloud.call("POST", "/v3/users", {"user": {"name": name, "password": name, "domain_id": "default"}})["id"]
    cloud.call("PUT", f"/v3/projects/{made[project]}/users/{user}/roles/{roles[role]}")
service = cloud.call("POST", "/v3/services", {"service": {"type": "network", "name": "neutron"}})["id"]
for interface in ("public", "internal", "admin"):
    cloud.call("POST", "/v3/endpoints", {"endpoint": {
        "interface": interface, "region_id": "RegionOne", "url": f"http://{CONTROLLER}:9696", "service_id": service}})
