// SPDX-License-Identifier: Apache-2.0
#include "server/directory/settings.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace sudare::directory {
namespace {

class DirectorySettingsTest : public testing::Test {
protected:
    DirectorySettingsTest() {
        std::string name = (std::filesystem::temp_directory_path() / "sudare-settings-XXXXXX").string();
        folder_ = ::mkdtemp(name.data());
        write("password", "secret\nrest\n", 0600);
    }
    ~DirectorySettingsTest() override { std::filesystem::remove_all(folder_); }

    void write(const std::string& name, const std::string& text, mode_t mode) {
        std::ofstream(folder_ / name) << text;
        ::chmod((folder_ / name).c_str(), mode);
    }
    std::string searching(const std::string& filter = "(uid={user})") {
        return "[search]\nbind_dn = \"cn=s,dc=c\"\nbase = \"dc=c\"\nfilter = \"" + filter + "\"\npassword_file = \"" +
               (folder_ / "password").string() + "\"\n";
    }
    Result<Settings> load(const std::string& url, const std::string& tables) {
        write("directory.toml", "broker_socket = \"/x\"\nauthority = \"/y\"\nurl = \"" + url + "\"\n" + tables, 0600);
        return load_settings((folder_ / "directory.toml").string());
    }
    // What the complaint says; "" when there is none.
    std::string complaint(const std::string& url, const std::string& tables) {
        const auto settings = load(url, tables);
        return settings ? "" : settings.error().message;
    }

    std::filesystem::path folder_;
};

constexpr char kTemplate[] = "[person]\ndn = \"uid={user},dc=c\"\n";

TEST_F(DirectorySettingsTest, TwoWaysToFindAPerson) {
    const auto search = load("ldaps://a ldap://b:389", searching());
    ASSERT_TRUE(search.has_value()) << search.error().message;
    EXPECT_EQ(search->bind_password, "secret");
    EXPECT_TRUE(load("ldaps://a", kTemplate).has_value());
    EXPECT_NE(complaint("ldaps://a", ""), "");
    EXPECT_NE(complaint("ldaps://a", searching() + kTemplate), "");
}

TEST_F(DirectorySettingsTest, OnlyUrlsThatLeadToTls) {
    for (const char* url : {"", "ldapi:///", "ldapi://%2Fx", "cldap://a", "http://a", "a", "ldaps://", "ldaps://:636", "ldap://a/dc=x",
                            "ldaps://a ldapi:///", "ldaps://a ldaps://b ldaps://c ldaps://d ldaps://e"})
        EXPECT_NE(complaint(url, kTemplate).find("\"url\""), std::string::npos) << url;
}

TEST_F(DirectorySettingsTest, FiltersAndTemplatesNeedTheName) {
    for (const char* filter : {"(uid=hana)", "uid={user}", "{user}"})
        EXPECT_NE(complaint("ldaps://a", searching(filter)).find("search.filter"), std::string::npos) << filter;
    for (const char* dn : {"uid=hana,dc=c", "{user}", "{user}=x,dc=c"})
        EXPECT_NE(complaint("ldaps://a", std::string("[person]\ndn = \"") + dn + "\"\n").find("person.dn"), std::string::npos) << dn;
}

TEST_F(DirectorySettingsTest, ThePasswordIsNobodyElsesAndNotEmpty) {
    for (const auto& [text, mode] : {std::pair("", 0600), {"\n", 0600}, {"secret", 0604}, {"secret", 0620}}) {
        write("password", text, static_cast<mode_t>(mode));
        const std::string said = complaint("ldaps://a", searching());
        EXPECT_NE(said.find("search.password_file"), std::string::npos) << mode;
        EXPECT_EQ(said.find("secret"), std::string::npos);
    }
    std::filesystem::remove(folder_ / "password");
    EXPECT_NE(complaint("ldaps://a", searching()).find("search.password_file"), std::string::npos);
}

}  // namespace
}  // namespace sudare::directory
