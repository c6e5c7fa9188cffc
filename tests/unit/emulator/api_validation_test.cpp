// What the server refuses with 422: each row an object, and the fields that are wrong with it.
#include "emulator/validation_fields.hpp"
#include "unit/emulator/api_fixture.hpp"

namespace upshift::emulator {
namespace {

using testing::UnorderedElementsAreArray;

struct Refusal {
  const char* kind;
  const char* spec;  // of the object; members beside it where it begins with "{{"
  std::vector<std::string> fields;
};

void PrintTo(const Refusal& row, std::ostream* out) {
  *out << row.kind << " " << row.spec;
}

class ApiValidation : public ApiFixture, public testing::WithParamInterface<Refusal> {};

TEST_P(ApiValidation, NamesEveryWrongField) {
  const std::string text = GetParam().spec;
  Json object = {{"metadata", {{"name", "x"}}}};
  if (text.starts_with("{{")) {
    object.update(json(text.substr(1, text.size() - 2).c_str()), true);
  } else {
    object["spec"] = json(text.c_str());
  }
  const Response response = post(GetParam().kind, object);
  const int expected = GetParam().fields.empty() ? 201 : 422;
  EXPECT_EQ(response.status, expected) << response.body;
  if (expected == 422) {
    EXPECT_THAT(fields(response), UnorderedElementsAreArray(GetParam().fields));
  }
}

#define SELECTED R"("selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{)"
#define RUNNING R"("containers":[{"name":"c","image":"i:1"}]}})"
#define ENDING R"("template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i"}]}})"

const std::vector<Refusal> kMetadata = {
    {"ConfigMap",
     R"({{"metadata":{"labels":{"bad key":"v","k":"bad value!"}}}})",
     {"metadata.labels", "metadata.labels"}},
    {"ConfigMap", R"({{"metadata":{"annotations":{"bad key":"v"}}}})", {"metadata.annotations"}},
    {"ConfigMap", R"({{"metadata":{"finalizers":["noslash"]}}})", {"metadata.finalizers[0]"}},
    {"ConfigMap", R"({{"metadata":{"finalizers":["example.com/f","kubernetes"]}}})", {}},
    {"ConfigMap",
     R"({{"metadata":{"ownerReferences":[{"apiVersion":"v1","kind":"","name":"","uid":"u"}]}}})",
     {"metadata.ownerReferences.kind", "metadata.ownerReferences.name"}},
    {"ConfigMap",
     R"({{"metadata":{"ownerReferences":[{"apiVersion":"v1","kind":"A","name":"a","uid":"1","controller":true},
         {"apiVersion":"v1","kind":"A","name":"b","uid":"2","controller":true}]}}})",
     {"metadata.ownerReferences"}},
    {"ConfigMap",
     R"({{"data":{"k":"x","bad key":""},"binaryData":{"k":"AA==","..":""}}})",
     {"data[bad key]", "data[k]", "binaryData[..]"}},
    {"Secret", R"({{"type":"kubernetes.io/basic-auth"}})", {"data[%s][username]", "data[%s][password]"}},
    {"Secret", R"({{"type":"kubernetes.io/ssh-auth","data":{"ssh-privatekey":""}}})", {"data[%s][ssh-privatekey]"}},
    {"Secret", R"({{"type":"kubernetes.io/tls","data":{"tls.crt":""}}})", {"data[tls.key]"}},
    {"Secret",
     R"({{"type":"kubernetes.io/service-account-token"}})",
     {"metadata.annotations[kubernetes.io/service-account.name]"}},
    {"Template",
     R"({{"objects":[],"parameters":[{"name":"bad name"},{"name":""},{"name":"A_1"}]}})",
     {"parameters[0].name", "parameters[1].name"}},
    {"Endpoints",
     R"({{"subsets":[{"addresses":[{"ip":"127.0.0.1"}],"ports":[{"port":1},{"port":2,"name":"b"}]},{}]}})",
     {"subsets[0].addresses[0].ip", "subsets[0].ports[0].name", "subsets[1]"}},
    {"Event", R"({{"involvedObject":{"namespace":"elsewhere"}}})", {"involvedObject.namespace"}},
    {"Role", R"({{"rules":[{"verbs":["get"],"nonResourceURLs":["/x"]}]}})", {"rules[0].nonResourceURLs"}},
    {"RoleBinding",
     R"({{"roleRef":{"kind":"Role","name":"r","apiGroup":"x"},"subjects":[{"kind":"User","name":"","apiGroup":"y"},
         {"kind":"ServiceAccount","name":"Bad_"},{"kind":"Thing","name":"t"}]}})",
     {"roleRef.apiGroup", "subjects[0].apiGroup", "subjects[0].name", "subjects[1].name", "subjects[2].kind"}},
};
INSTANTIATE_TEST_SUITE_P(Metadata, ApiValidation, testing::ValuesIn(kMetadata));

const std::vector<Refusal> kServices = {
    {"Service", R"({"ports":[{"port":80,"targetPort":"bad_name"}]})", {"spec.ports[0].targetPort"}},
    {"Service", R"({"ports":[{"port":80,"protocol":"XYZ"}]})", {"spec.ports[0].protocol"}},
    {"Service", R"({"ports":[{"port":80,"nodePort":31000}]})", {"spec.ports[0].nodePort"}},
    {"Service", R"({"type":"NodePort","ports":[{"port":80,"nodePort":80}]})", {"spec.ports[0].nodePort"}},
    {"Service", R"({"ports":[{"port":80}],"sessionAffinity":"Some"})", {"spec.sessionAffinity"}},
    {"Service", R"({"ports":[{"port":80}],"externalTrafficPolicy":"Local"})", {"spec.externalTrafficPolicy"}},
    {"Service", R"({"ports":[{"port":80}],"clusterIP":"bogus"})", {"spec.clusterIPs[0]"}},
    {"Service", R"({"ports":[{"port":80}],"clusterIP":"1.2.3.4"})", {"spec.clusterIPs"}},
    {"Service",
     R"({"ports":[{"port":80}],"externalIPs":["x","127.0.0.1"]})",
     {"spec.externalIPs[0]", "spec.externalIPs[1]"}},
    {"Service", R"({"type":"ExternalName","externalName":"Bad_"})", {"spec.externalName"}},
    {"Service", R"({"type":"ExternalName","externalName":"a.b","clusterIP":"172.30.0.9"})", {"spec.clusterIPs"}},
    {"Service", R"({"clusterIP":"None","selector":{"a":"b"}})", {}},
    {"PersistentVolumeClaim",
     R"({"accessModes":["Some"],"resources":{"requests":{"storage":"0"}},"volumeMode":"X"})",
     {"spec.accessModes", "spec.resources[storage]", "spec.volumeMode"}},
    {"PersistentVolumeClaim",
     R"({"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}},"storageClassName":"Bad Name",
         "selector":{"matchExpressions":[{"key":"a","operator":"X"}]}})",
     {"spec.storageClassName", "spec.selector.matchExpressions[0].operator"}},
};
INSTANTIATE_TEST_SUITE_P(Services, ApiValidation, testing::ValuesIn(kServices));

const std::vector<Refusal> kWorkloads = {
    {"Deployment", "{}", {"spec.selector", "spec.template.metadata.labels", "spec.template.spec.containers"}},
    {"Deployment",
     "{" SELECTED RUNNING R"(,"strategy":{"type":"Recreate","rollingUpdate":{"maxSurge":1}}})",
     {"spec.strategy.rollingUpdate"}},
    {"Deployment",
     "{" SELECTED RUNNING R"(,"strategy":{"rollingUpdate":{"maxSurge":0,"maxUnavailable":0}}})",
     {"spec.strategy.rollingUpdate.maxUnavailable"}},
    {"Deployment", "{" SELECTED RUNNING R"(,"strategy":{"type":"Other"}})", {"spec.strategy"}},
    {"Deployment",
     "{" SELECTED RUNNING R"(,"minReadySeconds":600,"replicas":-1})",
     {"spec.progressDeadlineSeconds", "spec.replicas"}},
    {"Deployment", "{" SELECTED R"("restartPolicy":"Never",)" RUNNING "}", {"spec.template.spec.restartPolicy"}},
    {"ReplicaSet",
     R"({"selector":{},"template":{"spec":{"containers":[{"name":"c","image":"i"}]}}})",
     {"spec.selector"}},
    {"ReplicationController",
     R"({"selector":{"x":"y"},"template":{"metadata":{"labels":{"a":"b"}},"spec":{)" RUNNING "}",
     {"spec.template.metadata.labels"}},
    {"ReplicationController", "{}", {"spec.selector", "spec.template"}},
    {"StatefulSet",
     "{" SELECTED RUNNING R"(,"podManagementPolicy":"X","updateStrategy":{"type":"Y"}})",
     {"spec.podManagementPolicy", "spec.updateStrategy"}},
    {"StatefulSet",
     "{" SELECTED RUNNING R"(,"updateStrategy":{"type":"OnDelete","rollingUpdate":{"partition":1}}})",
     {"spec.updateStrategy.rollingUpdate"}},
    {"Job", "{" ENDING R"(,"parallelism":-1,"backoffLimit":-1})", {"spec.parallelism", "spec.backoffLimit"}},
    {"Job", R"({"template":{"spec":{"containers":[{"name":"c","image":"i"}]}}})", {"spec.template.spec.restartPolicy"}},
    {"Job", "{" ENDING R"(,"selector":{"matchLabels":{"a":"b"}}})", {"spec.selector", "spec.template.metadata.labels"}},
    {"CronJob",
     R"({"schedule":"bogus","concurrencyPolicy":"X","jobTemplate":{"spec":{)" ENDING "}}}",
     {"spec.schedule", "spec.concurrencyPolicy"}},
    {"CronJob",
     R"({"schedule":"@hourly","jobTemplate":{"spec":{"manualSelector":true,)" ENDING "}}}",
     {"spec.jobTemplate.spec.manualSelector"}},
    {"LimitRange",
     R"({"limits":[{"type":"Container","max":{"cpu":"1"},"min":{"cpu":"2"}},{"type":"Container"}]})",
     {"spec.limits[0].min[cpu]", "spec.limits[0].defaultRequest[cpu]", "spec.limits[0].default[cpu]",
      "spec.limits[1].type"}},
    {"ResourceQuota",
     R"({"hard":{"bogus":"1","pods":"-1","secrets":"1.5"},"scopes":["BestEffort","NotBestEffort"]})",
     {"spec.hard[bogus]", "spec.hard[bogus]", "spec.hard[pods]", "spec.hard[secrets]", "spec.scopes", "spec.scopes",
      "spec.scopes", "spec.scopes", "spec.scopes"}},
    {"PodDisruptionBudget", R"({"minAvailable":1,"maxUnavailable":"x"})", {"spec", "spec.maxUnavailable"}},
    {"HorizontalPodAutoscaler",
     R"({"scaleTargetRef":{"kind":"","name":"n"},"maxReplicas":0})",
     {"spec.maxReplicas", "spec.maxReplicas", "spec.scaleTargetRef.kind"}},
};
INSTANTIATE_TEST_SUITE_P(Workloads, ApiValidation, testing::ValuesIn(kWorkloads));

#define POD_WITH(more) R"({"containers":[{"name":"c","image":"i:1",)" more R"(}]})"

const std::vector<Refusal> kPods = {
    {"Pod",
     R"({"restartPolicy":"X","dnsPolicy":"Y","containers":[{"name":"c","image":" i"}]})",
     {"spec.restartPolicy", "spec.dnsPolicy", "spec.containers[0].image"}},
    {"Pod",
     POD_WITH(R"("livenessProbe":{"successThreshold":2})"),
     {"spec.containers[0].livenessProbe", "spec.containers[0].livenessProbe.successThreshold"}},
    {"Pod",
     POD_WITH(R"("readinessProbe":{"httpGet":{"port":0},"tcpSocket":{"port":1}})"),
     {"spec.containers[0].readinessProbe.httpGet.port", "spec.containers[0].readinessProbe.tcpSocket"}},
    {"Pod",
     POD_WITH(R"("resources":{"limits":{"cpu":"1"},"requests":{"cpu":"2","odd":"1"}})"),
     {"spec.containers[0].resources.requests", "spec.containers[0].resources.requests[odd]",
      "spec.containers[0].resources.requests[odd]"}},
    {"Pod",
     POD_WITH(R"("env":[{"name":"1 bad"},{"name":"A","valueFrom":{"fieldRef":{"fieldPath":"odd"}}}])"),
     {"spec.containers[0].env[0].name", "spec.containers[0].env[1].valueFrom.fieldRef.fieldPath"}},
    {"Pod",
     POD_WITH(R"("envFrom":[{}],"lifecycle":{"preStop":{}})"),
     {"spec.containers[0].envFrom", "spec.containers[0].lifecycle.preStop"}},
    {"Pod",
     POD_WITH(R"("securityContext":{"privileged":true,"allowPrivilegeEscalation":false})"),
     {"spec.containers[0].securityContext"}},
    {"Pod",
     R"({"containers":[{"name":"c","image":"i"}],"volumes":[{"name":"v","emptyDir":{},"configMap":{"name":"m"}}],
       "tolerations":[{"operator":"X"}],"hostAliases":[{"ip":"x"}],"activeDeadlineSeconds":0,"hostname":"Bad_"})",
     {"spec.volumes[0].configMap", "spec.tolerations[0].operator", "spec.tolerations[0].operator",
      "spec.hostAliases.ip", "spec.activeDeadlineSeconds", "spec.hostname"}},
};
INSTANTIATE_TEST_SUITE_P(Pods, ApiValidation, testing::ValuesIn(kPods));

const std::vector<Refusal> kOpenshift = {
    {"Route",
     R"({"to":{"name":"s"},"path":"/x","tls":{"termination":"passthrough","certificate":"c"}})",
     {"spec.path", "spec.tls.certificate"}},
    {"Route",
     R"({"to":{"name":"s"},"tls":{"termination":"edge","destinationCACertificate":"c"}})",
     {"spec.tls.destinationCACertificate"}},
    {"Route",
     R"({"to":{"name":"s"},"tls":{"termination":"passthrough","insecureEdgeTerminationPolicy":"Allow"}})",
     {"spec.tls.insecureEdgeTerminationPolicy"}},
    {"Route", R"({"to":{"name":"s"},"wildcardPolicy":"Subdomain"})", {"spec.wildcardPolicy"}},
    {"Route", R"({"to":{"name":"s"},"subdomain":"a.b"})", {}},
    {"Route",
     R"({"to":{"name":"s"},"alternateBackends":[{"name":"a"},{"name":"","weight":300},{"name":"c"},{"name":"d"}]})",
     {"spec.alternateBackends", "spec.alternateBackends[1].name", "spec.alternateBackends[1].weight"}},
    {"Route", R"({"to":{"name":"s"},"path":"no slash"})", {"spec.path"}},
    {"Route", R"({"to":{"name":"s"},"path":"/a #b"})", {}},
    {"Route",
     R"({"to":{"name":"s"},"tls":{"termination":"sideways","insecureEdgeTerminationPolicy":"Sometimes"}})",
     {"spec.tls.termination"}},
    {"Route",
     R"({"to":{"name":"s"},"tls":{"termination":"reencrypt","insecureEdgeTerminationPolicy":"Sometimes"}})",
     {"spec.tls.insecureEdgeTerminationPolicy"}},
    {"Route", R"({"to":{"name":"s"},"tls":{"destinationCACertificate":"c"}})", {"spec.tls.termination"}},
    {"Route", R"({"to":{"name":"s"},"tls":{"termination":"Reencrypt","destinationCACertificate":"c"}})", {}},
    {"DeploymentConfig",
     R"({"selector":{"a":"b"},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":" "}]}}})",
     {}},
    {"DeploymentConfig",
     R"({"selector":{"a":"b"},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c"}],
         "initContainers":[{"name":"i"}]}},"triggers":[{"type":"ImageChange","imageChangeParams":{"containerNames":["c","i"],
         "from":{"kind":"ImageStreamTag","name":"s:1"}}}]})",
     {"spec.template.spec.initContainers[0].image"}},
    {"ImageStream", R"({"tags":[{"name":"a","from":{"kind":"ImageStreamTag","name":"other:1"}}]})", {"[]"}},
    {"ImageStream", R"({"tags":[{"name":"a","from":{"kind":"ImageStreamTag","name":"o:1:2"}}]})", {"[]"}},
    {"ImageStream", R"({"tags":[{"name":"a","from":{"kind":"ImageStreamImage","name":"sha256:none"}}]})", {"[]"}},
    {"ImageStream", R"({"tags":[{"name":"a","from":{"name":"1"}}]})", {"[]", "spec.tags[a].from.kind"}},
    {"ImageStream", R"({"tags":[{"name":"a","from":{"kind":"ImageStreamTag","name":"later"}}]})", {}},
    {"DeploymentConfig",
     R"({"selector":{"a":"b"},"template":{"metadata":{"labels":{"a":"b"},"annotations":{"bad key":""}},"spec":{)" RUNNING
     R"(,"strategy":{"annotations":{"worse key":""},"resources":{"limits":{"apples":"1"}}}})",
     {"spec.template.annotations", "spec.strategy.annotations", "spec.strategy.resources.limits[apples]",
      "spec.strategy.resources.limits[apples]"}},
    {"ImageStream", R"({"dockerImageRepository":"quay.io/a/b:1"})", {"spec.dockerImageRepository"}},
    {"ImageStream",
     R"({"tags":[{"name":"a","from":{"kind":"DockerImage","name":"bad name"}},
         {"name":"b","from":{"kind":"ImageStreamTag","name":"a"},"importPolicy":{"scheduled":true}},
         {"name":"c","referencePolicy":{"type":"Y"}}]})",
     {"spec.tags[a].from.name", "spec.tags[b].importPolicy.scheduled", "spec.tags[c].referencePolicy.type"}},
    {"DeploymentConfig",
     R"({"selector":{"a":"b"},"template":{"metadata":{"labels":{"a":"b"}},"spec":{)" RUNNING
     R"(,"strategy":{"type":"Rolling","activeDeadlineSeconds":5,"rollingParams":{"maxUnavailable":"200%","maxSurge":"x"}}})",
     {"spec.strategy.activeDeadlineSeconds", "spec.strategy.rollingParams.maxSurge",
      "spec.strategy.rollingParams.maxUnavailable"}},
    {"DeploymentConfig",
     R"({"selector":{"a":"b"},"template":{"metadata":{"labels":{"a":"b"}},"spec":{)" RUNNING
     R"(,"strategy":{"type":"Recreate","recreateParams":{"mid":{},"post":{"failurePolicy":"Abort",
        "tagImages":[{"containerName":"none","to":{}}]}}}})",
     {"spec.strategy.recreateParams.mid.failurePolicy", "spec.strategy.recreateParams.mid",
      "spec.strategy.recreateParams.post.tagImages[0].containerName",
      "spec.strategy.recreateParams.post.tagImages[0].to.kind",
      "spec.strategy.recreateParams.post.tagImages[0].to.name"}},
    {"DeploymentConfig",
     R"({"selector":{"a":"b"},"template":{"metadata":{"labels":{"a":"b"}},"spec":{)" RUNNING
     R"(,"triggers":[{"type":""},{"type":"ImageChange"},{"type":"ImageChange","imageChangeParams":{"from":{"name":"s"}}}]})",
     {"spec.triggers[0].type", "spec.triggers[1].imageChangeParams", "spec.triggers[2].imageChangeParams.from.name",
      "spec.triggers[2].imageChangeParams.containerNames"}},
};
INSTANTIATE_TEST_SUITE_P(Openshift, ApiValidation, testing::ValuesIn(kOpenshift));

class ApiUpdates : public ApiFixture {};

TEST_F(ApiUpdates, AreToldOfWrongLabelsAsOftenAsTheServerLooks) {
  post("ConfigMap", config_map("m"));
  const Json wrong = json(R"({"metadata":{"labels":{"bad key":"x"}}})");
  EXPECT_EQ(fields(merge("ConfigMap", "m", wrong)).size(), 4U);
  post("LimitRange", json(R"({"metadata":{"name":"l"},"spec":{"limits":[]}})"));
  EXPECT_EQ(fields(merge("LimitRange", "l", wrong)).size(), 3U);
  post("Role", json(R"({"metadata":{"name":"r"}})"));
  EXPECT_EQ(fields(merge("Role", "r", wrong)).size(), 5U);
}

TEST_F(ApiUpdates, DoNotThawWhatIsImmutable) {
  post("ConfigMap", json(R"({"metadata":{"name":"m"},"immutable":true,"data":{"a":"1"}})"));
  EXPECT_THAT(fields(merge("ConfigMap", "m", json(R"({"immutable":null,"data":{"a":"2"},"binaryData":{"b":"AA=="}})"))),
              UnorderedElementsAreArray({"immutable", "data", "binaryData"}));
  EXPECT_EQ(merge("ConfigMap", "m", json(R"({"metadata":{"labels":{"l":"1"}}})")).status, 200);
}

TEST_F(ApiUpdates, OfAStatusKeepItsCountsInBounds) {
  post("ReplicaSet", json(R"({"metadata":{"name":"r"},"spec":{"replicas":0,"selector":{"matchLabels":{"a":"b"}},
      "template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}})"));
  const auto status = [&](const char* patch) {
    return send("PATCH", collection("ReplicaSet") + "/r/status", json(patch), std::string(cluster::kMergePatch));
  };
  EXPECT_THAT(fields(status(R"({"status":{"replicas":1,"readyReplicas":2}})")),
              UnorderedElementsAreArray({"status.readyReplicas"}));
  EXPECT_EQ(status(R"({"status":{"replicas":2,"readyReplicas":2},"spec":{"replicas":9}})").body["spec"]["replicas"], 0);
}

TEST_F(ApiUpdates, GiveBackPortsAndAddressesWithTheServicesType) {
  const Json made =
      post("Service", json(R"({"metadata":{"name":"s"},"spec":{"type":"NodePort","ports":[{"port":80}]}})")).body;
  const std::int64_t port = int_at(made, "/spec/ports/0/nodePort");
  EXPECT_GE(port, 30000);
  EXPECT_LE(port, 32767);
  EXPECT_EQ(made["spec"]["externalTrafficPolicy"], "Cluster");
  Json second = json(R"({"metadata":{"name":"t"},"spec":{"type":"NodePort","ports":[{"port":80}]}})");
  second["spec"]["ports"][0]["nodePort"] = port;
  EXPECT_THAT(fields(post("Service", second)), UnorderedElementsAreArray({"spec.ports[0].nodePort"}));
  const Json inside = merge("Service", "s", json(R"({"spec":{"type":"ClusterIP"}})")).body;
  EXPECT_EQ(find(inside, "/spec/ports/0/nodePort"), nullptr);
  EXPECT_FALSE(inside["spec"].contains("externalTrafficPolicy"));
  const Json outside = merge("Service", "s", json(R"({"spec":{"type":"ExternalName","externalName":"a.b"}})")).body;
  EXPECT_FALSE(outside["spec"].contains("clusterIP"));
}

TEST(ValidationFields, KnowPortNamesAndAddresses) {
  for (const char* name : {"http", "a", "x-1"}) EXPECT_TRUE(is_port_name(name)) << name;
  for (const char* name : {"", "80", "much-too-long-name", "a--b", "A"}) EXPECT_FALSE(is_port_name(name)) << name;
  for (const char* address : {"10.0.0.1", "fd00::1"}) EXPECT_TRUE(is_ip_address(address)) << address;
  for (const char* address : {"", "10.0.0", "x"}) EXPECT_FALSE(is_ip_address(address)) << address;
}

}  // namespace
}  // namespace upshift::emulator
