// Bad input: each a clear error on stderr, exit status 2, nothing on stdout, nothing written.
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.hpp"
#include "base/text.hpp"
#include "support/process.hpp"

namespace upshift {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using upshift::testing::run_process;
using upshift::testing::run_upshift;
using upshift::testing::TemporaryDirectory;

struct BadCase {
  std::vector<std::string> arguments;  // @ stands for the test's directory
  std::vector<std::string> expected;   // on stderr
};

class BadInput : public ::testing::Test {
 protected:
  void SetUp() override {
    write("broken.yaml", "a: [1,\n");
    write("broken.json", "{\"kind\": ");
    write("empty.yaml", "");
    write("scalar.yaml", "just words\n");
    write("nokind.yaml", "apiVersion: v1\n");
    write("binary.json", std::string("\x7f"
                                     "ELF\0\0\xff\xfe",
                                     8));
    write("object.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n");
    write("template.yaml",
          "apiVersion: template.openshift.io/v1\nkind: Template\nparameters: [{name: DOMAIN, required: "
          "true}]\nobjects: []\n");
    write("two.yaml",
          "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: x}}\n"
          "- {apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: y}}\n");
    write("settings.yaml", "outptu: json\n");
    write("notajournal", "this is text, not a database");
    std::filesystem::create_directory(directory_.file("nothing"));
  }
  void write(const std::string& name, const std::string& text) {
    ASSERT_TRUE(write_private_file(directory_.file(name), text));
  }
  std::string expand(std::string text) const {
    const auto at = text.find('@');
    return at == std::string::npos ? text : text.replace(at, 1, directory_.path());
  }
  TemporaryDirectory directory_;
};

TEST_F(BadInput, IsToldClearlyAndWritesNothing) {
  const std::vector<BadCase> table{
      {{"frobnicate"}, {"there is no command 'frobnicate'"}},
      {{"plugn", "list"}, {"there is no command 'plugn'"}},
      {{"plugin"}, {"it is 'plugin list' or 'plugin show'"}},
      {{"journal"}, {"it is 'journal show' or 'journal verify' or 'journal export'"}},
      {{"journal", "veriyf"}, {"did you mean 'journal verify'?"}},
      {{"status", "--journal", "@/absent.db"}, {"absent.db", "No such file"}},
      {{"status", "--journal", "@/notajournal"}, {"is not a journal of upshift"}},
      {{"status", "--journal", "@/absent.db", "--namespace", "x"}, {"--journal and --namespace exclude each other"}},
      {{"history", "--journal", "@/absent.db"}, {"absent.db", "No such file"}},
      {{"journal", "show", "--journal", "@/absent.db"}, {"absent.db", "No such file"}},
      {{"journal", "verify", "--journal", "@/absent.db"}, {"absent.db", "No such file"}},
      {{"journal", "export", "--journal", "@/absent.db"}, {"absent.db", "No such file"}},
      {{"journal", "export", "--journal", "@/absent.db", "--with-secrets"}, {"--with-secrets writes to a file only"}},
      {{"plugin", "lst"}, {"plugin lst", "did you mean 'plugin list'?"}},
      {{"plugin", "show"}, {"which plugin?"}},
      {{"plugin", "show", "upshift.registri"},
       {"there is no plugin 'upshift.registri'", "did you mean 'upshift.registry'?"}},
      {{"rehearse", "--mainfest", "x"}, {"there is no option '--mainfest'", "did you mean '--manifest'?"}},
      {{"rehearse", "--manifest"}, {"'--manifest' needs a value"}},
      {{"rehearse", "--to", "2.6", "--to", "2.6"}, {"'--to' is given twice"}},
      {{"rehearse", "surplus"}, {"'surplus' is one argument too many"}},
      {{"rehearse", "--param", "novalue"}, {"--param expects NAME=VALUE"}},
      {{"rehearse", "--param", "A=1", "--param", "A=2"}, {"--param A is given twice"}},
      {{"rehearse", "--param", "WILDCARD_DOMAN=x"},
       {"no template has a parameter 'WILDCARD_DOMAN'", "WILDCARD_DOMAIN"}},
      {{"rehearse", "--output", "xml"}, {"output"}},
      {{"rehearse", "--config", "@/absent.yaml"}, {"absent.yaml"}},
      {{"rehearse", "--config", "@/settings.yaml"}, {"there is no setting 'outptu'", "did you mean 'output'?"}},
      {{"rehearse", "--plugin-dir", "@/absent"}, {"absent"}},
      {{"rehearse", "--manifest", "@/absent.yaml"}, {"absent.yaml", "No such file"}},
      {{"rehearse", "--manifest", "@/broken.yaml"}, {"broken.yaml", "line"}},
      {{"rehearse", "--manifest", "@/broken.json"}, {"broken.json"}},
      {{"rehearse", "--manifest", "@/empty.yaml"}, {"empty.yaml", "is empty"}},
      {{"rehearse", "--manifest", "@/scalar.yaml"}, {"scalar.yaml", "does not hold an OpenShift object"}},
      {{"rehearse", "--manifest", "@/nokind.yaml"}, {"nokind.yaml", "without kind"}},
      {{"rehearse", "--manifest", "@/binary.json"}, {"binary.json"}},
      {{"rehearse", "--manifest", "@/nothing"}, {"there is no manifest in"}},
      {{"rehearse", "--manifest", "@/two.yaml"}, {"several projects", "x, y"}},
      {{"rehearse", "--manifest", "@/template.yaml"}, {"needs a value for DOMAIN", "--param DOMAIN=VALUE"}},
      {{"rehearse", "--manifest", "@/object.yaml"}, {"no installation of 3scale was found"}},
      {{"rehearse", "--manifest", "@/object.yaml", "--sample", "threescale-2.5"}, {"exclude each other"}},
      {{"rehearse", "--sample", "threescal-2.5"}, {"there is no sample", "did you mean 'threescale-2.5'?"}},
      {{"rehearse", "--to", "9.9"}, {"no plugin knows 3scale 9.9", "known versions"}},
      {{"rehearse", "--from", "1.0", "--to", "2.6"}, {"1.0"}},
      {{"rehearse", "--from", "2.2"}, {"no plugin offers 3scale 2.2 → 2.", "These would be needed"}},
      {{"rehearse", "--product", "4scale"}, {"no plugin knows the product '4scale'", "3scale"}},
      {{"rehearse", "--set", "registry.credentials-fil=x"}, {"registry.credentials-fil", "registry.credentials-file"}},
      {{"rehearse", "--set", "registry.credentials-file=@/absent"}, {"registry.credentials-file", "absent"}},
      {{"rehearse", "--journal", "@/notajournal"}, {"notajournal"}},
      {{"rehearse", "--save-state", "@/absent/x.json"}, {"--save-state: there is no directory"}},
      {{"rehearse", "--save-state", "@"}, {"is a directory"}},
      {{"rehearse", "--log-file", "@/absent/x.log"}, {"cannot write the log file"}},
      {{"plan", "--to", "9.9"}, {"no plugin knows 3scale 9.9"}},
  };
  for (const BadCase& entry : table) {
    std::vector<std::string> arguments;
    for (const auto& argument : entry.arguments) arguments.push_back(expand(argument));
    const bool saves = arguments[0] == "rehearse" && entry.arguments.back().find("save") == std::string::npos &&
                       std::find(arguments.begin(), arguments.end(), "--save-state") == arguments.end();
    if (saves) arguments.insert(arguments.begin() + 1, {"--save-state", directory_.file("final.json")});
    const auto result = run_upshift(arguments);
    const std::string what = join(entry.arguments, " ");
    EXPECT_EQ(result.exit_status, 2) << what << "\n" << result.standard_error;
    EXPECT_THAT(result.standard_output, IsEmpty()) << what;
    EXPECT_TRUE(result.standard_error.starts_with("upshift: ")) << what << "\n" << result.standard_error;
    for (const auto& text : entry.expected) EXPECT_THAT(result.standard_error, HasSubstr(text)) << what;
    EXPECT_FALSE(std::filesystem::exists(directory_.file("final.json"))) << what;
  }
}

TEST_F(BadInput, NeverRepeatsASecretThatWasMistyped) {
  const auto result = run_upshift({"rehearse", "--sett=registry.x=hunter2"});
  EXPECT_EQ(result.exit_status, 2);
  EXPECT_THAT(result.standard_error, Not(HasSubstr("hunter2")));
}

TEST_F(BadInput, OfATruncatedPluginIsARefusalThatTheListTells) {
  const std::string plugins = std::string(UPSHIFT_BUILD_DIR) + "/plugins";
  const auto whole = read_file(plugins + "/registry.so");
  ASSERT_TRUE(whole);
  std::filesystem::create_directory(directory_.file("plugins"));
  ASSERT_TRUE(write_private_file(directory_.file("plugins/half.so"), whole->substr(0, whole->size() / 2)));
  ASSERT_TRUE(write_private_file(directory_.file("plugins/text.so"), "no library"));
  const auto list = run_upshift({"plugin", "list", "--plugin-dir", directory_.file("plugins")});
  EXPECT_EQ(list.exit_status, 0) << list.standard_error;
  EXPECT_THAT(list.standard_output, HasSubstr("refused  " + directory_.path() + "/plugins/half.so"));
  EXPECT_THAT(list.standard_output, HasSubstr("refused  " + directory_.path() + "/plugins/text.so"));
  EXPECT_THAT(list.standard_output, HasSubstr("upshift.registry"));
  const auto show = run_upshift({"plugin", "show", "half", "--plugin-dir", directory_.file("plugins")});
  EXPECT_EQ(show.exit_status, 2);
  EXPECT_THAT(show.standard_error, HasSubstr("is refused"));
}

}  // namespace
}  // namespace upshift
