import * as k8s from "@pulumi/kubernetes";
import * as fs from "fs";
new k8s.helm.v3.Release("kratos", { chart: "kratos", version: "0.47.0", repositoryOpts: { repo: "https://k8s.ory.sh/helm/charts" }, valueYamlFiles: [new pulumi.asset.FileAsset("kratos.yaml")] });
