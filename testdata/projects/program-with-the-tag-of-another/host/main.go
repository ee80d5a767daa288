package main

func main() {
	start("oryd/kratos", os.Getenv("TAG"), "127.0.0.1", "serve", "-c", "/etc/config/kratos/kratos.yml")
	start("oryd/kratos", kratosTag)
	start("oryd/keto", "v0.11.1")
	images := []string{"oryd/kratos", "oryd/oathkeeper", "v0.10.1"}
}
