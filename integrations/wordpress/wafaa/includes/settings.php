<?php
/**
 * The settings page: Settings > Wafaa.
 *
 * @package Wafaa
 */

defined( 'ABSPATH' ) || exit;

add_action( 'admin_menu', 'wafaa_add_page' );
add_action( 'admin_init', 'wafaa_register_settings' );

/** The page stands under Settings and is for administrators. */
function wafaa_add_page() {
	add_options_page( 'Wafaa', 'Wafaa', 'manage_options', 'wafaa', 'wafaa_show_page' );
}

/** One option holds all four settings. */
function wafaa_register_settings() {
	register_setting( 'wafaa', WAFAA_OPTION, array( 'sanitize_callback' => 'wafaa_clean_settings' ) );
	add_settings_section( 'wafaa_script', __( 'Visits', 'wafaa' ), 'wafaa_explain_script', 'wafaa' );
	add_settings_section( 'wafaa_orders', __( 'Orders', 'wafaa' ), 'wafaa_explain_orders', 'wafaa' );
	wafaa_add_field( 'wafaa_script', 'address', __( 'Address of Wafaa', 'wafaa' ), 'url' );
	wafaa_add_field( 'wafaa_script', 'write_key', __( 'Write key', 'wafaa' ), 'text' );
	wafaa_add_field( 'wafaa_orders', 'hook', __( 'Address of the connection', 'wafaa' ), 'url' );
	wafaa_add_field( 'wafaa_orders', 'secret', __( 'Secret of the connection', 'wafaa' ), 'password' );
}

/**
 * Adds one field to a section.
 *
 * @param string $section Id of the section.
 * @param string $key     Key of the setting.
 * @param string $label   What people read.
 * @param string $type    Type of the input.
 */
function wafaa_add_field( $section, $key, $label, $type ) {
	add_settings_field(
		'wafaa_' . $key,
		$label,
		'wafaa_show_field',
		'wafaa',
		$section,
		array(
			'key'       => $key,
			'type'      => $type,
			'label_for' => 'wafaa_' . $key,
		)
	);
}

/** What the first section is for. */
function wafaa_explain_script() {
	echo '<p>' . esc_html__( 'Wafaa\'s script tells page views, after the visitor\'s consent under the same id each time. In Wafaa make an API key for events and paste it here.', 'wafaa' ) . '</p>';
}

/** What the second section is for. */
function wafaa_explain_orders() {
	echo '<p>' . esc_html__( 'In Wafaa connect WooCommerce under Connections and paste the address and the secret that it shows. Every order is then passed on when it is made, changes or is refunded.', 'wafaa' ) . '</p>';
}

/**
 * One input. A saved secret is not shown again; left empty it stays.
 *
 * @param array $field Key, type and id of the field.
 */
function wafaa_show_field( $field ) {
	$is_secret = 'password' === $field['type'];
	printf(
		'<input type="%1$s" id="%2$s" name="%3$s[%4$s]" value="%5$s" class="regular-text" dir="ltr" autocomplete="off" placeholder="%6$s">',
		esc_attr( $field['type'] ),
		esc_attr( $field['label_for'] ),
		esc_attr( WAFAA_OPTION ),
		esc_attr( $field['key'] ),
		esc_attr( $is_secret ? '' : wafaa_setting( $field['key'] ) ),
		esc_attr( $is_secret && '' !== wafaa_setting( $field['key'] ) ? __( 'Saved; leave empty to keep it', 'wafaa' ) : '' )
	);
}

/** The whole page. */
function wafaa_show_page() {
	if ( ! current_user_can( 'manage_options' ) ) {
		return;
	}
	echo '<div class="wrap"><h1>Wafaa</h1><form action="options.php" method="post">';
	settings_fields( 'wafaa' );
	do_settings_sections( 'wafaa' );
	submit_button();
	echo '</form></div>';
}

/**
 * Addresses without a trailing slash for the script, with one for the connection; https, or http on this machine.
 *
 * @param mixed $given What the form sent.
 * @return array
 */
function wafaa_clean_settings( $given ) {
	$given  = is_array( $given ) ? $given : array();
	$secret = trim( (string) ( $given['secret'] ?? '' ) );
	$hook   = esc_url_raw( trim( (string) ( $given['hook'] ?? '' ) ), array( 'https', 'http' ) );
	return array(
		'address'   => untrailingslashit( esc_url_raw( trim( (string) ( $given['address'] ?? '' ) ), array( 'https', 'http' ) ) ),
		'write_key' => sanitize_text_field( (string) ( $given['write_key'] ?? '' ) ),
		'hook'      => '' === $hook ? '' : trailingslashit( $hook ),
		'secret'    => '' === $secret ? wafaa_setting( 'secret' ) : $secret,
	);
}
