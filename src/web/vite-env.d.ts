/** Vite turns these imports into linked style sheets and addresses of files. */
declare module "*.css";
declare module "*.svg" {
  const url: string;
  export default url;
}
