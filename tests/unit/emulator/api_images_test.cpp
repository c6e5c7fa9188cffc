// Images: imports that are asked for, tags as views, images by digest.
#include "emulator/image_reference.hpp"
#include "unit/emulator/api_fixture.hpp"

namespace upshift::emulator {
namespace {

using testing::ElementsAre;

class ApiImages : public ApiFixture {
 protected:
  ApiImages() {
    api.set_registry([](const std::string& /*name_space*/, const std::string& image) -> std::string {
      return image.find("absent") != std::string::npos   ? "NotFound"
             : image.find("closed") != std::string::npos ? "Unauthorized"
                                                         : "";
    });
  }
  Response import(const char* images, bool keep, const char* name = "app") {
    return post("ImageStreamImport",
                {{"metadata", {{"name", name}}}, {"spec", {{"import", keep}, {"images", json(images)}}}});
  }
  Response image(std::string method, const std::string& path, Json body = nullptr) {
    return send(std::move(method), "/apis/image.openshift.io/v1/namespaces/n/" + path, std::move(body));
  }
};

constexpr const char* kOne = R"([{"from":{"kind":"DockerImage","name":"quay.io/team/app:1"}}])";

TEST_F(ApiImages, AreOnlyLookedAtWithoutImport) {
  const Response looked = import(kOne, false);
  EXPECT_EQ(looked.status, 201);
  EXPECT_EQ(looked.body["status"]["images"][0]["status"]["status"], "Success");
  EXPECT_EQ(looked.body["status"]["images"][0]["tag"], "1");
  EXPECT_EQ(looked.body["spec"]["images"][0]["to"]["name"], "1") << "the tag of the reference";
  EXPECT_FALSE(looked.body["status"].contains("import"));
  EXPECT_EQ(get("ImageStream", "app").status, 404);
}

TEST_F(ApiImages, AreTaggedIntoAStreamThatIsMadeForThem) {
  const Json made = import(kOne, true).body["status"]["import"];
  EXPECT_EQ(made["metadata"]["generation"], 1);
  EXPECT_TRUE(made["metadata"]["annotations"].contains("openshift.io/image.dockerRepositoryCheck"));
  EXPECT_EQ(made["spec"]["tags"][0]["from"]["name"], "quay.io/team/app:1");
  EXPECT_EQ(made["spec"]["tags"][0]["generation"], 1);
  EXPECT_EQ(made["status"]["tags"][0]["items"][0]["dockerImageReference"], pinned("quay.io/team/app:1"));
  import(R"([{"from":{"kind":"DockerImage","name":"quay.io/team/app:2"},"to":{"name":"1"}}])", true);
  const Json moved = get("ImageStream", "app").body;
  EXPECT_EQ(moved["status"]["tags"][0]["items"].size(), 2U) << "the history stays";
  EXPECT_EQ(moved["spec"]["tags"][0]["from"]["name"], "quay.io/team/app:2");
  EXPECT_EQ(moved["metadata"]["generation"], 2);
}

TEST_F(ApiImages, LeaveTheirRefusalInTheStream) {
  const Response failed = import(R"([{"from":{"kind":"DockerImage","name":"quay.io/absent/app:1"}},
      {"from":{"kind":"DockerImage","name":"closed.example.com/app:2"}}])",
                                 true);
  EXPECT_EQ(failed.status, 201);
  const Json& images = failed.body["status"]["images"];
  EXPECT_EQ(images[0]["status"]["code"], 404);
  EXPECT_EQ(images[0]["status"]["details"]["kind"], "dockerimage");
  EXPECT_EQ(images[1]["status"]["reason"], "Unauthorized");
  const Json stream = get("ImageStream", "app").body;
  EXPECT_EQ(stream["status"]["tags"][0]["conditions"][0]["reason"], "NotFound");
  EXPECT_EQ(stream["spec"]["tags"][1]["from"]["name"], "closed.example.com/app:2");
}

TEST_F(ApiImages, AreRefusedWhereTheRequestIsWrong) {
  struct Row {
    const char* spec;
    std::vector<std::string> fields;
  };
  const std::vector<Row> rows = {
      {R"({"import":true})", {"spec.images"}},
      {R"({"import":true,"images":[{"from":{"kind":"X","name":"y"}}]})", {"spec.images[0].from.kind"}},
      {R"({"import":true,"images":[{"from":{"kind":"DockerImage"}}]})", {"spec.images[0].from.name"}},
      {R"({"import":true,"images":[{"from":{"kind":"DockerImage","name":"BAD name"},"to":{"name":""}}]})",
       {"spec.images[0].to.name", "spec.images[0].from.name"}},
      {R"({"import":true,"repository":{"from":{"kind":"DockerImage","name":"quay.io/a/b:1"}}})",
       {"spec.repository.from.name"}}};
  for (const Row& row : rows) {
    const Response response = post("ImageStreamImport", {{"metadata", {{"name", "a"}}}, {"spec", json(row.spec)}});
    EXPECT_EQ(fields(response), row.fields) << row.spec;
  }
  EXPECT_THAT(fields(import(kOne, true, "Bad")), ElementsAre("metadata.name"));
  EXPECT_EQ(send("GET", collection("ImageStreamImport")).status, 405);
  const Json late = {{"metadata", {{"name", "a"}, {"resourceVersion", "7"}}}, {"spec", {{"images", json(kOne)}}}};
  EXPECT_EQ(post("ImageStreamImport", late).status, 404) << "a version of a stream that is not there";
}

TEST_F(ApiImages, AreShownByTagAndByDigest) {
  import(kOne, true);
  const std::string digest = digest_of("quay.io/team/app:1");
  EXPECT_EQ(image("GET", "imagetags/app:1").body["status"]["items"][0]["image"], digest);
  EXPECT_EQ(image("GET", "imagetags").body["items"].size(), 1U);
  EXPECT_EQ(image("GET", "imagestreamimages/app@" + digest).body["image"]["metadata"]["name"], digest);
  EXPECT_EQ(image("GET", "imagestreamimages/app@sha256:none").body["details"]["kind"], "imagestreamimage");
  EXPECT_EQ(image("GET", "imagestreamimages/app").status, 400);
  EXPECT_EQ(image("GET", "imagestreamimages").status, 405);
  EXPECT_EQ(send("GET", "/apis/image.openshift.io/v1/images/" + digest).body["kind"], "Image");
  EXPECT_EQ(send("GET", "/apis/image.openshift.io/v1/images/sha256:none").status, 404);
}

TEST_F(ApiImages, TagsAreWrittenThroughEitherView) {
  const Json tag =
      json(R"({"metadata":{"name":"app:2"},"spec":{"name":"2","from":{"kind":"DockerImage","name":"quay.io/a/b:2"}}})");
  EXPECT_EQ(image("POST", "imagetags", tag).status, 201);
  EXPECT_EQ(image("POST", "imagetags", tag).body["details"]["kind"], "imagetags");
  EXPECT_THAT(fields(image("POST", "imagetags", json(R"({"metadata":{"name":"app:3"},"spec":{"name":"4"}})"))),
              ElementsAre("spec.name"));
  Json view = json(R"({"metadata":{"name":"app:2"},"tag":{"from":{"kind":"DockerImage","name":"quay.io/a/b:3"}}})");
  EXPECT_EQ(image("POST", "imagestreamtags", view).body["details"]["kind"], "imagestreamtag");
  EXPECT_EQ(image("PUT", "imagestreamtags/app:2", view).status, 200);
  EXPECT_EQ(image("GET", "imagetags/app:2").body["spec"]["from"]["name"], "quay.io/a/b:3");
  view["metadata"]["resourceVersion"] = "1";
  EXPECT_EQ(image("PUT", "imagestreamtags/app:2", view).status, 409);
  EXPECT_EQ(merge("ImageStreamTag", "app:2", json(R"({"metadata":{"annotations":{"a":"b"}}})"))
                .body["tag"]["annotations"]["a"],
            "b");
  EXPECT_EQ(image("DELETE", "imagetags/app:2").status, 200);
  EXPECT_EQ(image("DELETE", "imagetags/app:2").status, 404);
  EXPECT_EQ(image("DELETE", "imagetags").status, 405);
}

TEST_F(ApiImages, ThatSayNothingNewLeaveTheirStreamAlone) {
  const auto version = [&] { return get("ImageStream", "app").body["metadata"]["resourceVersion"]; };
  import(kOne, true);
  const Json first = version();
  EXPECT_EQ(import(kOne, true).body["status"]["import"]["metadata"]["generation"], 1);
  EXPECT_EQ(version(), first);
  const char* absent = R"([{"from":{"kind":"DockerImage","name":"quay.io/absent/app:1"},"to":{"name":"1"}}])";
  const Json refused = import(absent, true).body["status"]["import"];
  EXPECT_EQ(refused["metadata"]["generation"], 2);
  EXPECT_EQ(refused["spec"]["tags"][0]["generation"], 2) << "refused as of now";
  EXPECT_EQ(refused["spec"]["tags"][0]["from"]["name"], "quay.io/team/app:1") << "but it points where it did";
  EXPECT_EQ(refused["status"]["tags"][0]["items"].size(), 1U);
  const Json second = version();
  import(absent, true);
  EXPECT_EQ(version(), second) << "refused again for the same reason";
}

TEST_F(ApiImages, ComeWithTheTagsThatFollowThem) {
  post("ImageStream", json(R"({"metadata":{"name":"app"},"spec":{"tags":[
      {"name":"latest","from":{"kind":"ImageStreamTag","name":"1"}}]}})"));
  const Json made = import(kOne, true).body["status"]["import"];
  EXPECT_EQ(string_at(made, "/status/tags/1/tag"), "latest");
  EXPECT_EQ(made["status"]["tags"][1]["items"][0]["image"], digest_of("quay.io/team/app:1"));
}

TEST_F(ApiImages, ArePulledWithTheSecretsOfTheNamespace) {
  post("Secret",
       json(R"({"metadata":{"name":"login"},"type":"kubernetes.io/dockercfg","data":{".dockercfg":"e30="}})"));
  post("Secret", json(R"({"metadata":{"name":"other"}})"));
  const Json secrets = image("GET", "imagestreams/any/secrets").body;
  EXPECT_EQ(secrets["kind"], "SecretList");
  ASSERT_EQ(secrets["items"].size(), 1U);
  EXPECT_EQ(secrets["items"][0]["metadata"]["name"], "login");
}

TEST_F(ApiImages, OfMereReferencesAreInTheStreamAlone) {
  const Json made = post("ImageStream", json(R"({"metadata":{"name":"app"},"spec":{"tags":[{"name":"1","reference":true,
      "from":{"kind":"DockerImage","name":"quay.io/team/app:1"}}]}})"))
                        .body;
  const Json& event = made["status"]["tags"][0]["items"][0];
  EXPECT_EQ(event["dockerImageReference"], "quay.io/team/app:1");
  EXPECT_EQ(event["image"], "");
  EXPECT_EQ(event["generation"], 1);
  EXPECT_EQ(image("GET", "imagestreamtags/app:1").status, 404);
  EXPECT_EQ(image("GET", "imagestreamtags").body["items"], Json::array());
  EXPECT_EQ(image("GET", "imagetags/app:1").status, 200);
}

TEST_F(ApiImages, AreTakenFromOtherStreamsAsTheyAreThen) {
  import(kOne, true);
  const std::string digest = digest_of("quay.io/team/app:1");
  const auto tag = [&](const char* name, const std::string& kind, const std::string& from) {
    return post("ImageStreamTag",
                {{"metadata", {{"name", name}}}, {"tag", {{"from", {{"kind", kind}, {"name", from}}}}}});
  };
  EXPECT_EQ(tag("mirror:a", "ImageStreamTag", "app:1").body["image"]["metadata"]["name"], digest);
  EXPECT_EQ(tag("mirror:b", "ImageStreamImage", "app@" + digest).body["image"]["metadata"]["name"], digest);
  EXPECT_EQ(tag("mirror:c", "ImageStreamImage", digest).status, 201) << "of the stream's own images";
  EXPECT_EQ(tag("mirror:d", "ImageStreamTag", "app:later").status, 201);
  EXPECT_EQ(image("GET", "imagestreamtags/mirror:d").status, 404);
  const Response refused = tag("mirror:e", "ImageStreamTag", "none:1");
  EXPECT_EQ(refused.body["details"]["kind"], "ImageStream");
  EXPECT_THAT(fields(refused), ElementsAre("[]"));
}

TEST_F(ApiImages, KeepTheGenerationOfATagThatPointsWhereItDid) {
  post("ImageStream", json(R"({"metadata":{"name":"app"},"spec":{"tags":[{"name":"1",
      "from":{"kind":"DockerImage","name":"quay.io/team/app:1"}}]}})"));
  struct Row {
    const char* tag;
    int stream_generation, tag_generation;
  };
  // Each row goes on from the one before.
  const Row rows[] = {{R"({"importPolicy":{"scheduled":true}})", 2, 1},
                      {R"({"referencePolicy":{"type":"Local"}})", 3, 1},
                      {R"({"annotations":{"a":"b"}})", 4, 1},
                      {R"({"generation":7})", 4, 1},
                      {R"({"generation":0})", 5, 5},
                      {R"({"reference":true})", 6, 6},
                      {R"({"from":{"name":"quay.io/team/app:2"}})", 7, 7}};
  for (const Row& row : rows) {
    Json stream = get("ImageStream", "app").body;
    stream["spec"]["tags"][0].merge_patch(json(row.tag));
    const Json changed = send("PUT", collection("ImageStream") + "/app", stream).body;
    EXPECT_EQ(changed["metadata"]["generation"], row.stream_generation) << row.tag;
    EXPECT_EQ(changed["spec"]["tags"][0]["generation"], row.tag_generation) << row.tag;
  }
}

TEST_F(ApiImages, LoseTheirTagWithoutAGenerationWhereTheSpecHadNone) {
  post("ImageStream", json(R"({"metadata":{"name":"app"}})"));
  image("POST", "imagestreammappings",
        json(R"({"metadata":{"name":"app"},"tag":"m","image":{"metadata":{"name":"sha256:ab"},
      "dockerImageReference":"registry/a/b@sha256:abcdef"}})"));
  const Json before = get("ImageStream", "app").body;
  EXPECT_EQ(image("DELETE", "imagestreamtags/app:m").status, 200);
  EXPECT_EQ(get("ImageStream", "app").body["metadata"]["generation"], before["metadata"]["generation"]);
}

TEST_F(ApiImages, ShowInATagWhatTheTagSaysAndNoMore) {
  const Json tag = json(R"({"metadata":{"name":"app:2","annotations":{"outer":"1"}},
      "tag":{"from":{"kind":"DockerImage","name":"quay.io/a/b:2"}}})");
  const Json made = image("POST", "imagestreamtags", tag).body;
  EXPECT_FALSE(made["metadata"].contains("annotations")) << "those of a new tag are its own";
  EXPECT_EQ(made["tag"]["name"], "2");
  EXPECT_EQ(made["tag"]["generation"], 1);
  EXPECT_EQ(made["generation"], 0);
  EXPECT_EQ(image("PUT", "imagestreamtags/app:2", tag).body["metadata"]["annotations"]["outer"], "1");
  Json labelled = tag;
  labelled["metadata"]["labels"] = {{"a", "b"}};
  EXPECT_THAT(fields(image("PUT", "imagestreamtags/app:2", labelled)), ElementsAre("metadata"));
  import(kOne, true);
  const Json listed = image("GET", "imagestreamtags").body["items"][0];
  EXPECT_EQ(listed["image"]["metadata"]["creationTimestamp"], nullptr) << "a list looks no image up";
  EXPECT_EQ(listed["image"]["dockerImageReference"], pinned("quay.io/team/app:1"));
}

TEST_F(ApiImages, ArriveByMapping) {
  post("ImageStream", json(R"({"metadata":{"name":"app"}})"));
  const Json mapping = json(R"({"metadata":{"name":"app"},"tag":"m","image":{"metadata":{"name":"sha256:ab"},
      "dockerImageReference":"registry/a/b@sha256:abcdef"}})");
  EXPECT_EQ(image("POST", "imagestreammappings", mapping).body["status"], "Success");
  EXPECT_EQ(image("POST", "imagestreammappings", mapping).body["code"], 201);
  EXPECT_EQ(get("ImageStreamTag", "app:m").status, 200);
  Json other = mapping;
  other["metadata"]["name"] = "none";
  EXPECT_EQ(image("POST", "imagestreammappings", other).status, 404);
  EXPECT_THAT(fields(image("POST", "imagestreammappings", json(R"({"metadata":{"name":"app"},"image":{}})"))),
              ElementsAre("image.metadata.name", "image.dockerImageReference"));
}

TEST(ImageReferences, AreToldFromOtherText) {
  for (const char* text : {"a", "a/b:1", "quay.io/a/b", "host:5000/a/b:t", "a@sha256:0123", "localhost/x"})
    EXPECT_TRUE(is_image_reference(text)) << text;
  for (const char* text : {"", "A", "a b", "a:", "a@", "/a", "a//b", "a/b:t t", "-a", "a:-t"})
    EXPECT_FALSE(is_image_reference(text)) << text;
  EXPECT_EQ(tag_of("host:5000/a:7"), "7");
  EXPECT_EQ(tag_of("host:5000/a"), "");
  EXPECT_EQ(tag_of("a:1@sha256:0123"), "1");
}

}  // namespace
}  // namespace upshift::emulator
