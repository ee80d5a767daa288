{
  outputs = { pkgs, ... }: {
    image = pkgs.dockerTools.pullImage {
      imageName = "oryd/kratos";
      imageDigest = "sha256:0000";
      finalImageTag = "v1.2.0";
    };
  };
}
