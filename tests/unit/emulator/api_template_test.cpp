#include <set>

#include "emulator/template.hpp"
#include "unit/emulator/api_fixture.hpp"

namespace upshift::emulator {
namespace {

class ApiTemplate : public ApiFixture {
 protected:
  Json made(const char* text, const Parameters& given = {}, std::uint64_t seed = 1) {
    auto result = process_template(json(text), given, seed);
    return result ? *result : Json(result.error().path + ": " + result.error().summary);
  }
};

TEST_F(ApiTemplate, ReplacesParametersEverywhere) {
  const Json result =
      made(R"({"kind":"Template","objects":[{"kind":"ConfigMap","metadata":{"name":"x-${NAME}","namespace":"fixed"},
      "data":{"a":"${NAME}-${OTHER}","b":"$${NAME}","c":"${MISSING}","${NAME}":"key"},"port":"${{PORT}}","odd":"${{WORD}}","in":"p${{PORT}}"}],
      "labels":{"app":"${NAME}"},"message":"hello ${NAME}",
      "parameters":[{"name":"NAME","value":"n"},{"name":"OTHER"},{"name":"PORT","value":"80"},{"name":"WORD","value":"eighty"}]})");
  const Json& object = result["objects"][0];
  EXPECT_EQ(object["data"], json(R"({"a":"n-","b":"$n","c":"${MISSING}","n":"key"})"));
  EXPECT_EQ(object["metadata"], json(R"({"name":"x-n","labels":{"app":"n"}})")) << "a fixed namespace is dropped";
  EXPECT_EQ(object["port"], 80);
  EXPECT_EQ(object["odd"], "eighty");
  EXPECT_EQ(object["in"], "p${{PORT}}") << "a typed reference is the whole value or nothing";
  EXPECT_EQ(result["message"], "hello n");
}

TEST_F(ApiTemplate, PrefersGivenValuesAndKnowsItsParameters) {
  const char* text =
      R"({"kind":"Template","metadata":{"name":"t"},"objects":[{"v":"${A}"}],"parameters":[{"name":"A","value":"1"}]})";
  EXPECT_EQ(made(text, {{"A", "2"}})["objects"][0]["v"], "2");
  EXPECT_THAT(made(text, {{"B", "2"}}).get<std::string>(), testing::HasSubstr("no parameter B"));
}

TEST_F(ApiTemplate, GeneratesTheSameValueForTheSameParameter) {
  const char* first =
      R"({"kind":"Template","objects":[{"v":"${P}"}],"parameters":[{"name":"P","generate":"expression","from":"[a-z0-9]{8}"}]})";
  const char* second =
      R"({"kind":"Template","objects":[{"v":"${P}"}],"parameters":[{"name":"X"},{"name":"P","generate":"expression","from":"[a-z0-9]{8}"}]})";
  const Json value = made(first)["objects"][0]["v"];
  EXPECT_THAT(value.get<std::string>(), testing::MatchesRegex("[a-z0-9]+"));
  EXPECT_EQ(value.get<std::string>().size(), 8U);
  EXPECT_EQ(value, made(second)["objects"][0]["v"]);
  EXPECT_NE(value, made(first, {}, 2)["objects"][0]["v"]);
}

TEST_F(ApiTemplate, UnderstandsGeneratorExpressions) {
  const std::pair<const char*, const char*> rows[] = {{"[a-f0-9]{128}", "[a-f0-9]+"},
                                                      {"user-[A-Z]{3}", "user-[A-Z][A-Z][A-Z]"},
                                                      {"[\\d]{2}", "[0-9][0-9]"},
                                                      {"[\\w]{4}", "[a-zA-Z0-9_]+"},
                                                      {"[\\a]{1}x[a-b]{1}", "[a-zA-Z0-9]x[ab]"},
                                                      {"plain", "plain"},
                                                      {"[a-zA-Z]{9}", "[a-zA-Z]+"},
                                                      {"[a-Z]{9}", "[a-zA-Z]+"}};
  for (const auto& [expression, pattern] : rows) {
    EXPECT_THAT(generate_value(expression, 7).value_or(""), testing::MatchesRegex(pattern)) << expression;
  }
  EXPECT_EQ(generate_value("[\\A]{5}", 7).value_or("").size(), 5U);
  for (const char* plain : {"[a-z0-9]{", "[a-z", "[a-z]{x}", "\\d{2}", "{3}", "[]{2}", "\\", "[a_z]{2}", ""}) {
    EXPECT_EQ(generate_value(plain, 7).value_or("refused"), plain);
  }
  for (const char* malformed :
       {"[z-a]{3}", "[a]{2}", "[a-z]{999}", "[a-z]{0}", "[\\q-z]{2}", "x[A-a]{1}", "[a-z]{99999999999}"})
    EXPECT_FALSE(generate_value(malformed, 7)) << malformed;
  std::set<std::string> values;
  for (std::uint64_t seed = 0; seed < 100; ++seed) values.insert(generate_value("[a-z0-9]{16}", seed).value_or(""));
  EXPECT_EQ(values.size(), 100U);
}

TEST_F(ApiTemplate, IsRefusedWhereItMakesNoSense) {
  const std::pair<const char*, const char*> rows[] = {
      {R"({"kind":"Template","objects":[],"parameters":[{"name":"A","required":true}]})", "template.parameters[0]"},
      {R"({"kind":"Template","objects":[],"parameters":[{"name":"BAD NAME"}]})", "parameters[0].name"},
      {R"({"kind":"Template","objects":{}})", "objects"},
      {R"({"kind":"Template","objects":[],"parameters":"A"})", "parameters"},
      {R"({"kind":"List","items":[]})", "kind"},
      {R"(5)", "kind"}};
  for (const auto& [text, path] : rows) {
    const auto result = process_template(json(text), {}, 1);
    ASSERT_FALSE(result) << text;
    EXPECT_EQ(result.error().path, path);
    EXPECT_EQ(result.error().code, StatusCode::kInvalidArgument);
  }
}

TEST_F(ApiTemplate, IsProcessedByTheServer) {
  const std::string path = "/apis/template.openshift.io/v1/namespaces/n/processedtemplates";
  const Response done =
      send("POST", path, json(R"({"kind":"Template","metadata":{"name":"t"},"objects":[{"kind":"K","a":"${A}"}],
      "parameters":[{"name":"A","value":"1"}]})"));
  EXPECT_EQ(done.status, 201);
  EXPECT_EQ(done.body["objects"], json(R"([{"kind":"K","a":"1"}])"));
  const Response refused = send("POST", path, json(R"({"kind":"Template","metadata":{"name":"t"},"objects":[],
      "parameters":[{"name":"A","required":true}]})"));
  EXPECT_EQ(refused.status, 422);
  EXPECT_THAT(fields(refused), testing::ElementsAre("template.parameters[0]"));
  EXPECT_EQ(send("POST", path, json(R"({"kind":"List"})")).status, 400);
  EXPECT_EQ(send("POST", path, json(R"({"kind":"Template","objects":{}})")).status, 400);
  EXPECT_THAT(fields(send("POST", path, json(R"({"kind":"Template","objects":[{"a":1},{"kind":"K"},5]})"))),
              testing::ElementsAre("item[0].objects", "item[2].objects"));
}

TEST_F(ApiTemplate, IsToldAllThatIsWrongWithItsParameters) {
  const std::pair<const char*, std::vector<std::string>> rows[] = {
      {R"([{"name":"A","required":true},{"name":"B"},{"name":"C","required":true}])",
       {"template.parameters[0]", "template.parameters[2]"}},
      {R"([{"name":"A","generate":"magic","from":"x"},{"name":"B","generate":"expression","from":"[z-a]{3}"}])",
       {"template.parameters[0]", "template.parameters[1]"}},
      {R"([{"name":"A","generate":"magic","value":"v"},{"name":"B","generate":"expression","required":true}])",
       {"template.parameters[1]"}},
      {R"([{"name":"A","required":true},{"name":"B C"},{"name":""}])", {"parameters[1].name", "parameters[2].name"}}};
  for (const auto& [parameters, expected] : rows) {
    const Json body = {{"kind", "Template"},
                       {"metadata", {{"name", "t"}}},
                       {"objects", Json::array()},
                       {"parameters", json(parameters)}};
    const Response refused = send("POST", "/apis/template.openshift.io/v1/namespaces/n/processedtemplates", body);
    EXPECT_EQ(refused.status, 422) << parameters;
    EXPECT_EQ(fields(refused), expected) << parameters;
  }
}

TEST_F(ApiTemplate, IsKeptWithLabelsThatHoldParameters) {
  const Json body = json(R"({"metadata":{"name":"t"},"objects":[],"labels":{"app":"${APP_LABEL}"},
      "parameters":[{"name":"APP_LABEL","value":"3scale"}]})");
  EXPECT_EQ(post("Template", body).status, 201);
  EXPECT_EQ(merge("Template", "t", json(R"({"parameters":[{"name":"NOT A NAME"}]})")).status, 200)
      << "parameters are looked at only when a template is made";
  EXPECT_THAT(fields(merge("Template", "t", json(R"({"metadata":{"labels":{"bad key":"v"}}})"))), testing::SizeIs(3));
}

TEST_F(ApiTemplate, TakesValuesThatLookLikeReferencesForReferences) {
  const Json result = made(R"({"kind":"Template","objects":[{"v":"${A}-${B}","w":"${B}-${A}"}],
      "parameters":[{"name":"A","value":"${B}"},{"name":"B","value":"b"}]})");
  EXPECT_EQ(result["objects"][0], json(R"({"v":"b-${B}","w":"b-${B}"})"));
}

}  // namespace
}  // namespace upshift::emulator
